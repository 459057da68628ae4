// date: an instant as a text, after strftime, in the zone of RenderOptions.
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "base/time.h"
#include "liquid/filters.h"
#include "liquid/semantics.h"
#include "liquid/strftime.h"
#include "liquid/text.h"

namespace cartwheel::liquid {
namespace {

constexpr size_t kFormatBytesMax = 256;

// What people write, without an offset: a date alone is a day of the calendar, and a time is one of the shop's clock,
// so both are read in the zone in which they are printed. The years before 1970 (birthdays) are among them. A space in
// a format is any number of spaces, or none.
constexpr const char* kLocalFormats[] = {
    "%Y-%m-%d",
    "%Y-%m-%dT%H:%M:%E*S",
    "%Y-%m-%d %H:%M:%E*S",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d",
    "%Y/%m/%d %H:%M:%E*S",
    "%Y/%m/%d %H:%M",
    "%Y. %m. %d",
    "%Y. %m. %d.",
    "%Y.%m.%d %H:%M:%E*S",
    "%Y.%m.%d %H:%M",
    "%d.%m.%Y",
    "%Y년 %m월 %d일",
    "%B %d, %Y",
    "%b %d, %Y",
    "%d %B %Y",
    "%d %b %Y",
    "%B %d, %Y %H:%M:%S",
    "%B %d, %Y %H:%M",
};
constexpr const char* kZonedFormats[] = {"%Y-%m-%d %H:%M:%E*S %Ez", "%Y-%m-%dT%H:%M:%E*S%Ez", "%Y/%m/%d %H:%M:%E*S %Ez",
                                         "%a, %d %b %Y %H:%M:%S %Ez", "%a, %d %b %Y %H:%M:%S GMT"};

bool AllDigits(std::string_view text) {
  for (char c : text)
    if (!IsDigit(c)) return false;
  return !text.empty();
}

// "20261130": as seconds since 1970 such a number would be a day of August 1970, which no shop means.
std::optional<absl::Time> ReadCompactDate(int64_t number, const absl::TimeZone& zone) {
  constexpr int64_t kFirst = 1900'01'01, kLast = 2100'12'31;
  if (number < kFirst || number > kLast) return std::nullopt;
  const absl::CivilDay day(number / 10'000, number / 100 % 100, number % 100);
  if (day.month() != number / 100 % 100 || day.day() != number % 100) return std::nullopt;
  return absl::FromCivil(day, zone);
}

absl::Time ReadNumber(int64_t number, const absl::TimeZone& zone) {
  return ReadCompactDate(number, zone).value_or(absl::FromUnixSeconds(number));
}

// A time with "Z", "UTC", "GMT" or an offset. What ParseInstant cuts beyond the milliseconds is put back.
std::optional<absl::Time> ReadZoned(std::string_view text) {
  constexpr size_t kDateBytes = 10;
  if (text.find_first_of("Zz+-UG", kDateBytes) == text.npos) return std::nullopt;
  absl::Time time;
  for (const char* format : kZonedFormats)
    if (absl::ParseTime(format, {text.data(), text.size()}, &time, nullptr)) return time;
  const std::optional<int64_t> at_ms = ParseInstant(text);
  return at_ms ? std::optional<absl::Time>(absl::FromUnixMillis(*at_ms)) : std::nullopt;
}

std::optional<absl::Time> ReadTime(Context& context, const Value& input, const absl::TimeZone& zone) {
  if (input.kind() == Kind::kTimestamp)
    return absl::FromUnixMillis(input.integer()) + absl::Nanoseconds(input.nanoseconds());
  if (input.kind() == Kind::kInt) return ReadNumber(input.integer(), zone);
  if (!IsText(input)) return std::nullopt;
  const std::string_view text = Strip(input.text());
  if (text == "now" || text == "today") {
    if (context.options().now_ms != 0) return absl::FromUnixMillis(context.options().now_ms);
    context.Fail("the current time is not known here");
    return std::nullopt;
  }
  if (text.find_first_of("0123456789") == text.npos) return std::nullopt;  // "infinite-future" is a time to absl
  if (AllDigits(text) && text.size() < 12) {
    int64_t number = 0;
    for (char c : text) number = 10 * number + (c - '0');
    return ReadNumber(number, zone);
  }
  if (std::optional<absl::Time> time = ReadZoned(text)) return time;
  for (const char* format : kLocalFormats) {
    absl::Time time;
    if (absl::ParseTime(format, {text.data(), text.size()}, zone, &time, nullptr)) return time;
  }
  return std::nullopt;
}

Value Date(Context& context, const Value& input, const Value* arguments) {
  if (IsNil(input)) return Value();
  const std::string_view format = IsNil(arguments[0]) ? std::string_view() : ToText(context, arguments[0]);
  if (format.empty()) return input;
  absl::TimeZone zone;
  const std::string_view name = context.options().timezone;
  if (!absl::LoadTimeZone(std::string(name), &zone)) return context.Fail("the time zone is not known");
  const std::optional<absl::Time> time = ReadTime(context, input, zone);
  std::string text;
  if (format.size() > kFormatBytesMax ||
      !FormatStrftime(format, time.value_or(absl::UnixEpoch()), zone, context.options().day_locale, &text))
    return context.Fail("expected a format such as '%Y-%m-%d %H:%M'");
  if (!time) return context.failed() ? Value() : input;  // as the reference does: what is no time stays as it is
  return context.NewText(text);
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
