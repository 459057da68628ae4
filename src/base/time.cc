#include "base/time.h"

#include <limits>

#include "fmt/format.h"

namespace cartwheel {
namespace {

constexpr int kYearMin = 1970, kYearMax = 9999;

// Days since 1970-01-01 of a date of the Gregorian calendar, counted in years that begin in March, so that the leap day
// ends a year and a 400-year era always has 146,097 days.
int64_t DaysFromDate(int year, int month, int day) {
  int64_t y = month <= 2 ? year - 1 : year;
  int64_t era = y / 400;
  int64_t year_of_era = y - era * 400;
  int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

struct Date {
  int64_t year;
  int month, day;
};

Date DateFromDays(int64_t days) {
  days += 719468;
  int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  int64_t day_of_era = days - era * 146097;
  int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  int month_from_march = static_cast<int>((5 * day_of_year + 2) / 153);
  int day = static_cast<int>(day_of_year - (153 * month_from_march + 2) / 5 + 1);
  int month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month, day};
}

int DaysInMonth(int year, int month) {
  static constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month == 2 && leap ? 29 : kDays[month - 1];
}

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}
  bool at_end() const { return text_.empty(); }
  bool Take(char c) {
    if (text_.empty() || text_[0] != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  bool TakeWord(std::string_view word) {
    if (text_.substr(0, word.size()) != word) return false;
    text_.remove_prefix(word.size());
    return true;
  }
  // Exactly `digits` digits; -1 otherwise.
  int Number(int digits) {
    if (text_.size() < static_cast<size_t>(digits)) return -1;
    int number = 0;
    for (int i = 0; i < digits; ++i) {
      char c = text_[static_cast<size_t>(i)];
      if (c < '0' || c > '9') return -1;
      number = number * 10 + (c - '0');
    }
    text_.remove_prefix(static_cast<size_t>(digits));
    return number;
  }
  bool Digit() const { return !text_.empty() && text_[0] >= '0' && text_[0] <= '9'; }

 private:
  std::string_view text_;
};

// ":MM", optional ":SS" and fraction, after the hour. Milliseconds, or -1.
int64_t RestOfTime(Scanner& s, int hour) {
  if (!s.Take(':')) return -1;
  int minute = s.Number(2), second = 0, fraction = 0;
  if (s.Take(':')) {
    second = s.Number(2);
    if (s.Take('.') || s.Take(',')) {
      if (!s.Digit()) return -1;
      for (int unit = 100; s.Digit(); unit /= 10) fraction += s.Number(1) * unit;
    }
  }
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return -1;
  return hour * kHourMs + minute * kMinuteMs + second * kSecondMs + fraction;
}

// "", "Z", " UTC", "+09:00", "+0900", "+09". Milliseconds east of UTC.
std::optional<int64_t> Offset(Scanner& s) {
  s.Take(' ');
  if (s.at_end() || s.Take('Z') || s.Take('z') || s.TakeWord("UTC")) return 0;
  bool west = s.Take('-');
  if (!west && !s.Take('+')) return std::nullopt;
  int hours = s.Number(2), minutes = 0;
  bool colon = s.Take(':');
  if (colon || s.Digit()) minutes = s.Number(2);
  if (hours < 0 || hours > 14 || minutes < 0 || minutes > 59) return std::nullopt;
  int64_t offset = hours * kHourMs + minutes * kMinuteMs;
  return west ? -offset : offset;
}

struct Unit {
  std::string_view name;
  int64_t ms;
};
constexpr Unit kUnits[] = {{"d", kDayMs}, {"h", kHourMs}, {"m", kMinuteMs}, {"s", kSecondMs}, {"ms", 1}};

void AppendDigits(int64_t number, size_t digits, std::string* text) {
  text->append(digits, '0');
  for (auto digit = text->rbegin(); number > 0; ++digit, number /= 10) *digit = static_cast<char>('0' + number % 10);
}

}  // namespace

std::optional<int64_t> MidnightOf(int year, int month, int day) {
  if (year < kYearMin || year > kYearMax || month < 1 || month > 12 || day < 1 || day > DaysInMonth(year, month))
    return std::nullopt;
  return DaysFromDate(year, month, day) * kDayMs;
}

std::optional<int64_t> ParseInstant(std::string_view text) {
  Scanner s(text);
  const int year = s.Number(4);
  if (!s.Take('-')) return std::nullopt;
  const int month = s.Number(2);
  if (!s.Take('-')) return std::nullopt;
  const std::optional<int64_t> midnight = MidnightOf(year, month, s.Number(2));
  if (!midnight || s.at_end()) return midnight;
  if (!s.Take('T') && !s.Take('t') && !s.Take(' ')) return std::nullopt;
  int64_t time_of_day = RestOfTime(s, s.Number(2));
  std::optional<int64_t> offset = time_of_day < 0 ? std::nullopt : Offset(s);
  if (!offset || !s.at_end()) return std::nullopt;
  return *midnight + time_of_day - *offset;
}

std::string FormatInstant(int64_t at_ms, uint32_t nanoseconds) {
  int64_t days = at_ms / kDayMs, rest = at_ms % kDayMs;
  if (rest < 0) --days, rest += kDayMs;
  const Date date = DateFromDays(days);
  std::string text;
  if (date.year < 0 || date.year > 9999)
    text = fmt::format("{:04}", date.year);
  else
    AppendDigits(date.year, 4, &text);
  const struct {
    char before;
    int64_t number;
  } parts[] = {{'-', date.month},
               {'-', date.day},
               {'T', rest / kHourMs},
               {':', rest / kMinuteMs % 60},
               {':', rest / kSecondMs % 60}};
  for (const auto& part : parts) {
    text.push_back(part.before);
    AppendDigits(part.number, 2, &text);
  }
  if (nanoseconds != 0 || rest % kSecondMs != 0) {
    text.push_back('.');
    AppendDigits(rest % kSecondMs, 3, &text);
  }
  if (nanoseconds != 0) AppendDigits(nanoseconds, 6, &text);
  text.push_back('Z');
  return text;
}

std::string FormatSeconds(int64_t span_ms, uint32_t nanoseconds) {
  constexpr int64_t kNanosecondsOfMs = 1'000'000, kNanosecondsOfSecond = 1'000'000'000;
  const __int128 span = static_cast<__int128>(span_ms) * kNanosecondsOfMs + nanoseconds, size = span < 0 ? -span : span;
  std::string text = fmt::format("{}{}.{:09}", span < 0 ? "-" : "", static_cast<int64_t>(size / kNanosecondsOfSecond),
                                 static_cast<int64_t>(size % kNanosecondsOfSecond));
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text + "s";
}

std::optional<int64_t> ParseSpan(std::string_view text) {
  if (text.empty()) return std::nullopt;
  __int128 total = 0;
  size_t next_unit = 0;
  while (!text.empty()) {
    size_t digits = 0;
    int64_t number = 0;
    for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9' && digits < 15; ++digits)
      number = number * 10 + (text[digits] - '0');
    if (digits == 0) return std::nullopt;
    text.remove_prefix(digits);
    size_t letters = 0;
    while (letters < text.size() && text[letters] >= 'a' && text[letters] <= 'z') ++letters;
    size_t unit = next_unit;
    while (unit < std::size(kUnits) && kUnits[unit].name != text.substr(0, letters)) ++unit;
    if (unit == std::size(kUnits)) return std::nullopt;
    text.remove_prefix(letters);
    next_unit = unit + 1;
    total += static_cast<__int128>(number) * kUnits[unit].ms;
  }
  if (total > std::numeric_limits<int64_t>::max() / 2) return std::nullopt;
  return static_cast<int64_t>(total);
}

std::string FormatSpan(int64_t span_ms) {
  std::string text = span_ms < 0 ? "-" : "";
  uint64_t left_ms = span_ms < 0 ? -static_cast<uint64_t>(span_ms) : static_cast<uint64_t>(span_ms);
  for (const Unit& unit : kUnits) {
    const auto unit_ms = static_cast<uint64_t>(unit.ms);
    if (left_ms >= unit_ms) text += fmt::format("{}{}", left_ms / unit_ms, unit.name);
    left_ms %= unit_ms;
  }
  return text.empty() ? "0s" : text;
}

}  // namespace cartwheel
