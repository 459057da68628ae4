#include "base/time.h"

#include <cstdlib>
#include <limits>

#include "absl/time/civil_time.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

constexpr int kYearMin = 1970, kYearMax = 9999;
constexpr int64_t kNanosecondsOfMs = 1'000'000, kNanosecondsOfSecond = 1'000'000'000;
constexpr int kFractionDigits = 9;

// The days since 1970 of a date. Empty when it is not a real one.
std::optional<int64_t> DaysOf(int year, int month, int day) {
  if (year < 0 || month < 1 || month > 12 || day < 1 || day > 31) return std::nullopt;
  const absl::CivilDay date(year, month, day);  // the 30th of February is the first or second of March to it
  if (date.day() != day) return std::nullopt;
  return date - absl::CivilDay();
}

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}
  bool at_end() const { return text_.empty(); }
  bool Take(char c) {
    if (!At(c)) return false;
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
  bool At(char c) const { return !text_.empty() && text_[0] == c; }
  bool Digit() const { return !text_.empty() && text_[0] >= '0' && text_[0] <= '9'; }

 private:
  std::string_view text_;
};

// The time of a day as ISO 8601 writes it, and whether RFC 3339 does too.
struct TimeOfDay {
  int64_t ms = 0;
  int64_t nanoseconds = 0;  // of the second
  bool exact = true;        // nothing was finer than that
  bool rfc3339 = false;
};

// The digits after a decimal mark.
bool ReadFraction(Scanner& s, TimeOfDay* time) {
  if (!s.Digit()) return false;
  for (int digits = 0; s.Digit() || digits < kFractionDigits; ++digits) {
    const int digit = s.Digit() ? s.Number(1) : 0;
    if (digits < kFractionDigits)
      time->nanoseconds = time->nanoseconds * 10 + digit;
    else
      time->exact &= digit == 0;
  }
  return true;
}

// "HH:MM", then optional ":SS" and a fraction.
bool ReadTimeOfDay(Scanner& s, TimeOfDay* time) {
  const int hour = s.Number(2);
  if (!s.Take(':')) return false;
  const int minute = s.Number(2);
  int second = 0;
  if (s.Take(':')) {
    second = s.Number(2);
    time->rfc3339 = !s.At(',');
    if ((s.Take('.') || s.Take(',')) && !ReadFraction(s, time)) return false;
  }
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return false;
  time->ms = hour * kHourMs + minute * kMinuteMs + second * kSecondMs + time->nanoseconds / kNanosecondsOfMs;
  return true;
}

// "", "Z", " UTC", "+09:00", "+0900", "+09", to the end. Milliseconds east of UTC; RFC 3339 has the second and the
// fourth form.
std::optional<int64_t> ReadOffset(Scanner& s, bool* rfc3339) {
  *rfc3339 &= s.At('Z') || s.At('+') || s.At('-');
  s.Take(' ');
  if (s.at_end()) return 0;
  if (s.Take('Z') || s.Take('z') || s.TakeWord("UTC")) return s.at_end() ? std::optional<int64_t>(0) : std::nullopt;
  const bool west = s.Take('-');
  if (!west && !s.Take('+')) return std::nullopt;
  int hours = s.Number(2), minutes = 0;
  const bool colon = s.Take(':');
  *rfc3339 &= colon;
  if (colon || s.Digit()) minutes = s.Number(2);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || !s.at_end()) return std::nullopt;
  const int64_t offset_ms = hours * kHourMs + minutes * kMinuteMs;
  return west ? -offset_ms : offset_ms;
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
  if (year < kYearMin || year > kYearMax) return std::nullopt;
  const std::optional<int64_t> days = DaysOf(year, month, day);
  return days ? std::optional<int64_t>(*days * kDayMs) : std::nullopt;
}

std::optional<Iso8601> ReadIso8601(std::string_view text) {
  Scanner s(text);
  Iso8601 read;
  read.year = s.Number(4);
  if (!s.Take('-')) return std::nullopt;
  const int month = s.Number(2);
  if (!s.Take('-')) return std::nullopt;
  const std::optional<int64_t> days = DaysOf(read.year, month, s.Number(2));
  if (!days) return std::nullopt;
  read.at_ms = *days * kDayMs;
  if (s.at_end()) return read;
  const bool capital = s.Take('T');
  if (!capital && !s.Take('t') && !s.Take(' ')) return std::nullopt;
  TimeOfDay time;
  if (!ReadTimeOfDay(s, &time)) return std::nullopt;
  read.rfc3339 = capital && time.rfc3339;
  const std::optional<int64_t> offset_ms = ReadOffset(s, &read.rfc3339);
  if (!offset_ms) return std::nullopt;
  read.offset_ms = *offset_ms;
  read.at_ms += time.ms - *offset_ms;
  read.nanoseconds = static_cast<uint32_t>(time.nanoseconds % kNanosecondsOfMs);
  read.exact = time.exact;
  return read;
}

std::optional<int64_t> ParseInstant(std::string_view text) {
  constexpr int64_t kOffsetBeyondMs = 15 * kHourMs;  // no place on Earth is so far from UTC
  const std::optional<Iso8601> read = ReadIso8601(text);
  if (!read || read->year < kYearMin || std::abs(read->offset_ms) >= kOffsetBeyondMs) return std::nullopt;
  return read->at_ms;
}

std::string FormatInstant(int64_t at_ms, uint32_t nanoseconds) {
  int64_t days = at_ms / kDayMs, rest = at_ms % kDayMs;
  if (rest < 0) {
    --days;
    rest += kDayMs;
  }
  const absl::CivilDay date = absl::CivilDay() + days;
  std::string text;
  if (date.year() < 0 || date.year() > 9999)
    text = fmt::format("{:04}", date.year());
  else
    AppendDigits(date.year(), 4, &text);
  const struct {
    char before;
    int64_t number;
  } parts[] = {{'-', date.month()},
               {'-', date.day()},
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
