// date: an instant as a text, after strftime, in the zone of RenderOptions.
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "base/time.h"
#include "liquid/filters.h"
#include "liquid/instant.h"
#include "liquid/semantics.h"
#include "liquid/text.h"

namespace cartwheel::liquid {
namespace {

constexpr size_t kFormatBytesMax = 256;

// What people write who do not write ISO 8601.
constexpr const char* kFormats[] = {"%B %d, %Y", "%b %d, %Y", "%d %B %Y", "%d %b %Y", "%Y/%m/%d", "%Y-%m-%d %H:%M:%S %Ez", "%Y-%m-%d %H:%M:%S",
                                    "%Y-%m-%d %H:%M", "%B %d, %Y %H:%M:%S", "%B %d, %Y %H:%M"};

bool AllDigits(std::string_view text) {
  for (char c : text)
    if (!IsDigit(c)) return false;
  return !text.empty();
}

std::optional<absl::Time> ReadTime(Context& context, const Value& input, const absl::TimeZone& zone) {
  if (input.kind() == Kind::kTimestamp) return absl::FromUnixMillis(input.integer());
  if (input.kind() == Kind::kInt) return absl::FromUnixSeconds(input.integer());
  if (!IsText(input)) return std::nullopt;
  const std::string_view text = Strip(input.text());
  if (text == "now" || text == "today") {
    if (context.options().now_ms != 0) return absl::FromUnixMillis(context.options().now_ms);
    context.Fail("the current time is not known here");
    return std::nullopt;
  }
  if (AllDigits(text) && text.size() < 12) {
    int64_t seconds = 0;
    for (char c : text) seconds = 10 * seconds + (c - '0');
    return absl::FromUnixSeconds(seconds);
  }
  if (std::optional<int64_t> at_ms = ParseInstant(text)) return absl::FromUnixMillis(*at_ms);
  for (const char* format : kFormats) {
    absl::Time time;
    if (absl::ParseTime(format, {text.data(), text.size()}, zone, &time, nullptr)) return time;
  }
  return std::nullopt;
}

// "%10d" pads, and a width of a billion would be a text of a gigabyte.
bool HasWidth(std::string_view format) {
  for (size_t i = 0; i + 1 < format.size(); ++i) {
    if (format[i] != '%') continue;
    if (IsDigit(format[++i]) && i + 1 < format.size() && IsDigit(format[i + 1])) return true;
  }
  return false;
}

Value Date(Context& context, const Value& input, const Value* arguments) {
  if (IsNil(input)) return Value();
  const std::string_view format = IsNil(arguments[0]) ? std::string_view() : ToText(context, arguments[0]);
  if (format.empty()) return input;
  if (format.size() > kFormatBytesMax || HasWidth(format)) return context.Fail("expected a format such as '%Y-%m-%d %H:%M'");
  absl::TimeZone zone;
  const std::string_view name = context.options().timezone;
  if (!absl::LoadTimeZone(std::string(name), &zone)) return context.Fail("the time zone is not known");
  const std::optional<absl::Time> time = ReadTime(context, input, zone);
  if (!time) return context.failed() ? Value() : input;  // as the reference does: what is no time stays as it is
  return context.NewText(absl::FormatTime(std::string(format), *time, zone));
}

}  // namespace

std::optional<int64_t> ReadInstant(Context& context, const Value& value) {
  absl::TimeZone zone;
  absl::LoadTimeZone(std::string(context.options().timezone), &zone);
  const std::optional<absl::Time> time = ReadTime(context, value, zone);
  return time ? std::optional<int64_t>(absl::ToUnixMillis(*time)) : std::nullopt;
}

bool IsTimezone(std::string_view name) {
  absl::TimeZone zone;
  return absl::LoadTimeZone(std::string(name), &zone) || !absl::LoadTimeZone("Asia/Seoul", &zone);
}

namespace {

constexpr Filter kFilters[] = {{"date", 1, 1, Date}};

}  // namespace

absl::Span<const Filter> DateFilters() { return kFilters; }

}  // namespace cartwheel::liquid
