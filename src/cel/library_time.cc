// The parts of timestamps and durations, with time zones: names of the zone database, and offsets such as "+09:00".
#include <charconv>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "base/time.h"
#include "cel/library.h"

namespace cartwheel::cel {
namespace {

using Values = absl::Span<const Value>;
using K = TypeKind;

std::optional<int> TwoDigits(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || text.size() != 2) return std::nullopt;
  return number;
}

std::optional<absl::TimeZone> ReadZone(std::string_view text) {
  std::string_view clock = text;
  const bool minus = !clock.empty() && clock[0] == '-';
  if (!clock.empty() && (clock[0] == '+' || clock[0] == '-')) clock.remove_prefix(1);
  if (clock.size() == 5 && clock[2] == ':') {
    const std::optional<int> hours = TwoDigits(clock.substr(0, 2)), minutes = TwoDigits(clock.substr(3));
    if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
    const int seconds = *hours * 3600 + *minutes * 60;
    return absl::FixedTimeZone(minus ? -seconds : seconds);
  }
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(std::string(text), &zone)) return std::nullopt;
  return zone;
}

int64_t Part(const absl::TimeZone::CivilInfo& civil, std::string_view name) {
  if (name == "getFullYear") return civil.cs.year();
  if (name == "getMonth") return civil.cs.month() - 1;
  if (name == "getDate") return civil.cs.day();
  if (name == "getDayOfMonth") return civil.cs.day() - 1;
  if (name == "getDayOfYear") return absl::GetYearDay(absl::CivilDay(civil.cs)) - 1;
  if (name == "getDayOfWeek")
    return (static_cast<int>(absl::GetWeekday(absl::CivilDay(civil.cs))) + 1) % 7;  // Sunday is 0
  if (name == "getHours") return civil.cs.hour();
  if (name == "getMinutes") return civil.cs.minute();
  if (name == "getSeconds") return civil.cs.second();
  return absl::ToInt64Milliseconds(civil.subsecond);
}

constexpr char kYear[] = "getFullYear", kMonth[] = "getMonth", kDate[] = "getDate", kDayOfMonth[] = "getDayOfMonth",
               kDayOfYear[] = "getDayOfYear", kDayOfWeek[] = "getDayOfWeek", kHours[] = "getHours",
               kMinutes[] = "getMinutes", kSeconds[] = "getSeconds", kMilliseconds[] = "getMilliseconds";

template <const char* kName>
Value OfTimestamp(Values v, Arena&, std::string_view* error) {
  const std::optional<absl::TimeZone> zone = v.size() == 1 ? absl::UTCTimeZone() : ReadZone(v[1].text());
  if (zone) return Value::Int(Part(zone->At(absl::FromUnixMillis(v[0].integer())), kName));
  *error = "unknown time zone";
  return Value();
}

// Towards zero, as the parts of a duration are.
int64_t WholeMs(const Value& duration) {
  return duration.integer() + (duration.integer() < 0 && duration.nanoseconds() > 0 ? 1 : 0);
}

template <int64_t kUnitMs>
Value OfDuration(Values v, Arena&, std::string_view*) {
  return Value::Int(WholeMs(v[0]) / kUnitMs);
}
Value MillisecondsPart(Values v, Arena&, std::string_view*) { return Value::Int(WholeMs(v[0]) % kSecondMs); }

constexpr LibraryFunction kRows[] = {
    {kYear, true, K::kInt, 1, 2, {K::kTimestamp, K::kString}, OfTimestamp<kYear>},
    {kMonth, true, K::kInt, 1, 2, {K::kTimestamp, K::kString}, OfTimestamp<kMonth>},
    {kDate, true, K::kInt, 1, 2, {K::kTimestamp, K::kString}, OfTimestamp<kDate>},
    {kDayOfMonth, true, K::kInt, 1, 2, {K::kTimestamp, K::kString}, OfTimestamp<kDayOfMonth>},
    {kDayOfYear, true, K::kInt, 1, 2, {K::kTimestamp, K::kString}, OfTimestamp<kDayOfYear>},
    {kDayOfWeek, true, K::kInt, 1, 2, {K::kTimestamp, K::kString}, OfTimestamp<kDayOfWeek>},
    {kHours, true, K::kInt, 1, 2, {K::kTimestamp, K::kString}, OfTimestamp<kHours>},
    {kHours, true, K::kInt, 1, 1, {K::kDuration}, OfDuration<kHourMs>},
    {kMinutes, true, K::kInt, 1, 2, {K::kTimestamp, K::kString}, OfTimestamp<kMinutes>},
    {kMinutes, true, K::kInt, 1, 1, {K::kDuration}, OfDuration<kMinuteMs>},
    {kSeconds, true, K::kInt, 1, 2, {K::kTimestamp, K::kString}, OfTimestamp<kSeconds>},
    {kSeconds, true, K::kInt, 1, 1, {K::kDuration}, OfDuration<kSecondMs>},
    {kMilliseconds, true, K::kInt, 1, 2, {K::kTimestamp, K::kString}, OfTimestamp<kMilliseconds>},
    {kMilliseconds, true, K::kInt, 1, 1, {K::kDuration}, MillisecondsPart},
};

}  // namespace

absl::Span<const LibraryFunction> TimeFunctions() { return kRows; }

}  // namespace cartwheel::cel
