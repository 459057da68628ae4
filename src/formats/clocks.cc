#include "formats/clocks.h"

#include <cstdlib>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "base/time_text.h"
#include "fmt/format.h"
#include "formats/problem.h"

namespace cartwheel::formats {
namespace {

// The instant of a local time. In the hour that a zone skips it is the moment of the change; in the one that it
// repeats, the first.
int64_t InZone(int64_t local_ms, const absl::TimeZone& zone) {
  const int64_t fraction_ms = ((local_ms % kSecondMs) + kSecondMs) % kSecondMs;
  const absl::CivilSecond civil =
      absl::ToCivilSecond(absl::FromUnixMillis(local_ms - fraction_ms), absl::UTCTimeZone());
  return absl::ToUnixMillis(absl::FromCivil(civil, zone)) + fraction_ms;
}

}  // namespace

bool ReadInstant(std::string_view text, bool number, std::string_view field, Findings* findings, int64_t* at_ms) {
  const TimeText read = number ? ReadTimeNumber(text) : ReadTimeText(text);
  if (read.kind == TimeText::Kind::kNotATime) return false;
  *at_ms = read.ms;
  if (read.kind == TimeText::Kind::kInstant) return true;
  absl::TimeZone zone;
  if (absl::LoadTimeZone(findings->shop().zone, &zone) && !findings->shop().zone.empty()) {
    *at_ms = InZone(read.ms, zone);
  } else {
    findings->Warn(
        "zone_unknown", std::string(field), Quote(text),
        "an offset such as +09:00 or Z, or an event_zone or a shop.timezone by which to read it; UTC was taken");
  }
  return true;
}

std::string_view WrittenOffset(std::string_view time) {
  constexpr std::string_view kForm = "+00:00";
  if (time.ends_with('Z')) return time.substr(time.size() - 1);
  if (time.size() <= kForm.size()) return {};
  const std::string_view offset = time.substr(time.size() - kForm.size());
  auto digit = [&](size_t at) { return offset[at] >= '0' && offset[at] <= '9'; };
  const bool written =
      (offset[0] == '+' || offset[0] == '-') && digit(1) && digit(2) && offset[3] == ':' && digit(4) && digit(5);
  return written ? offset : std::string_view();
}

void CorrectClock(const Stamps& stamps, Event* event, Findings* findings) {
  const int64_t received_ms = stamps.received_at_ms.value_or(findings->options.now_ms);
  const int64_t skew_ms = received_ms - *stamps.sent_at_ms;
  if (std::llabs(skew_ms) > findings->options.clock_skew_max_ms) {
    findings->Warn("clock_skew_max", "sent_at", FormatInstant(*stamps.sent_at_ms),
                   fmt::format("at most {} from the time when it was received, {}; the event's time was not corrected",
                               FormatSpan(findings->options.clock_skew_max_ms), FormatInstant(received_ms)));
    if (stamps.at_missing) event->at_ms = received_ms;
    return;
  }
  event->at_ms += skew_ms;
}

}  // namespace cartwheel::formats
