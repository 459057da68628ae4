#include "base/time_text.h"

#include <charconv>
#include <cmath>
#include <optional>

#include "base/time.h"

namespace cartwheel {
namespace {

using Kind = TimeText::Kind;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }
char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

constexpr std::string_view kMonths[] = {"january", "february", "march",     "april",   "may",      "june",
                                        "july",    "august",   "september", "october", "november", "december"};
constexpr std::string_view kDays[] = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};

struct ZoneName {
  std::string_view name;
  int hours;
};
// RFC 2822, section 4.3, and the zones that East Asian systems write.
constexpr ZoneName kZones[] = {{"z", 0},    {"ut", 0},   {"utc", 0},  {"gmt", 0},  {"est", -5},
                               {"edt", -4}, {"cst", -6}, {"cdt", -5}, {"mst", -7}, {"mdt", -6},
                               {"pst", -8}, {"pdt", -7}, {"kst", 9},  {"jst", 9}};

// Walks a text. Every Take either takes what it names or leaves the place as it was.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}
  bool at_end() const { return text_.empty(); }
  bool Digit() const { return !text_.empty() && IsDigit(text_[0]); }
  bool Take(char c) {
    if (text_.empty() || Lower(text_[0]) != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  bool TakeAny(std::string_view characters) {
    if (text_.empty() || characters.find(text_[0]) == characters.npos) return false;
    text_.remove_prefix(1);
    return true;
  }
  void SkipSpaces() {
    while (Take(' ') || Take('\t')) continue;
  }
  size_t DigitsAhead() const {
    size_t digits = 0;
    while (digits < text_.size() && IsDigit(text_[digits])) ++digits;
    return digits;
  }
  // Between `digits_min` and `digits_max` digits, as many as there are; nothing otherwise.
  std::optional<int> Number(size_t digits_min, size_t digits_max) {
    const size_t digits = std::min(DigitsAhead(), digits_max);
    if (digits < digits_min) return std::nullopt;
    int number = 0;
    std::from_chars(text_.data(), text_.data() + digits, number);
    text_.remove_prefix(digits);
    return number;
  }
  std::string_view Word() {
    size_t letters = 0;
    while (letters < text_.size() && IsLetter(text_[letters])) ++letters;
    std::string_view word = text_.substr(0, letters);
    text_.remove_prefix(letters);
    return word;
  }
  std::string_view rest() const { return text_; }

 private:
  std::string_view text_;
};

struct DateTime {
  int year = 0, month = 0, day = 0;
  int64_t time_of_day_ms = 0;
  std::optional<int64_t> offset_ms;

  TimeText Text() const {
    const std::optional<int64_t> midnight = MidnightOf(year, month, day);
    if (!midnight) return {};
    const int64_t local = *midnight + time_of_day_ms;
    return offset_ms ? TimeText{Kind::kInstant, local - *offset_ms} : TimeText{Kind::kLocal, local};
  }
};

bool SameWord(std::string_view word, std::string_view lower) {
  if (word.size() != lower.size()) return false;
  for (size_t i = 0; i < word.size(); ++i)
    if (Lower(word[i]) != lower[i]) return false;
  return true;
}

// The place of a word or of its first three letters among names; -1: it is none of them.
int Find(std::string_view word, const std::string_view* names, int count) {
  for (int i = 0; i < count; ++i)
    if (SameWord(word, names[i]) || SameWord(word, names[i].substr(0, 3))) return i;
  return -1;
}

// "9:30", "09:30:59.999", "093059"; "24:00" and a second 60 at the end of an hour's last minute. False when it is none.
bool TakeTime(Scanner& s, int64_t* ms) {
  const bool basic = s.DigitsAhead() == 4 || s.DigitsAhead() == 6;
  const size_t digits_min = basic ? 2 : 1;
  std::optional<int> hour = s.Number(digits_min, 2), minute, second = 0;
  if (!hour || (!basic && !s.Take(':'))) return false;
  minute = s.Number(2, 2);
  if (!minute) return false;
  int64_t fraction = 0;
  if (basic ? s.Digit() : s.Take(':')) {
    second = s.Number(2, 2);
    if (!second) return false;
    if (s.TakeAny(".,")) {
      if (!s.Digit()) return false;
      for (int64_t unit = 100; s.Digit(); unit /= 10) fraction += *s.Number(1, 1) * unit;
    }
  }
  const bool leap = *second == 60 && *minute == 59;
  const bool midnight = *hour == 24 && *minute == 0 && *second == 0 && fraction == 0;
  if ((*hour > 23 && !midnight) || *minute > 59 || (*second > 59 && !leap)) return false;
  *ms = *hour * kHourMs + *minute * kMinuteMs + *second * kSecondMs + (leap ? 0 : fraction);
  return true;
}

// " AM", "pm": false when the hour does not fit.
bool TakeHalfDay(Scanner& s, int64_t* ms) {
  Scanner ahead = s;
  ahead.SkipSpaces();
  const std::string_view word = ahead.Word();
  const bool morning = SameWord(word, "am"), evening = SameWord(word, "pm");
  if (!morning && !evening) return true;
  s = ahead;
  const int64_t hour = *ms / kHourMs;
  if (hour < 1 || hour > 12) return false;
  if (morning && hour == 12) *ms -= 12 * kHourMs;
  if (evening && hour != 12) *ms += 12 * kHourMs;
  return true;
}

// "+09:00", "-0330", "+09". False when something else stands there.
bool TakeOffset(Scanner& s, std::optional<int64_t>* offset_ms) {
  const bool west = s.Take('-');
  if (!west && !s.Take('+')) return false;
  std::optional<int> hours = s.Number(1, 2), minutes = 0;
  const bool colon = s.Take(':');
  if (colon || s.Digit()) minutes = s.Number(2, 2);
  if (!hours || !minutes || *hours > 14 || *minutes > 59) return false;
  const int64_t offset = *hours * kHourMs + *minutes * kMinuteMs;
  *offset_ms = west ? -offset : offset;
  return true;
}

// Nothing, an offset, a zone's name, or both ("GMT+0900"); then a comment in brackets.
bool TakeZone(Scanner& s, std::optional<int64_t>* offset_ms) {
  s.SkipSpaces();
  if (std::string_view word = s.Word(); !word.empty()) {
    const ZoneName* found = nullptr;
    for (const ZoneName& zone : kZones)
      if (SameWord(word, zone.name)) found = &zone;
    if (found == nullptr) return false;
    *offset_ms = found->hours * kHourMs;
  }
  if (!s.at_end() && (s.rest()[0] == '+' || s.rest()[0] == '-') && !TakeOffset(s, offset_ms)) return false;
  s.SkipSpaces();
  const bool comment = !s.at_end() && ((s.rest().front() == '(' && s.rest().back() == ')') ||
                                       (s.rest().front() == '[' && s.rest().back() == ']'));
  return s.at_end() || (comment && offset_ms->has_value());
}

// The year first: "2022-08-01", "2022/8/1", "2022.08.01", "20220801", each with a time or without.
TimeText ReadYearFirst(Scanner s) {
  DateTime date;
  const size_t digits = s.DigitsAhead();
  if (digits != 4 && digits != 8 && digits != 14) return {};
  date.year = *s.Number(4, 4);
  if (digits == 4) {
    const char separator = s.at_end() ? '\0' : s.rest()[0];
    if (!s.TakeAny("-/.")) return {};
    std::optional<int> month = s.Number(1, 2);
    if (!month || !s.Take(separator)) return {};
    std::optional<int> day = s.Number(1, 2);
    if (!day || s.Digit()) return {};
    date.month = *month;
    date.day = *day;
  } else {
    date.month = *s.Number(2, 2);
    date.day = *s.Number(2, 2);
  }
  if (s.at_end()) return date.Text();
  if (digits != 14 && !s.TakeAny("Tt_") && !s.Take(' ')) return {};
  s.SkipSpaces();
  if (!TakeTime(s, &date.time_of_day_ms) || !TakeHalfDay(s, &date.time_of_day_ms) || !TakeZone(s, &date.offset_ms))
    return {};
  return date.Text();
}

// Days and months by their names, in the order of RFC 2822, RFC 850, ctime or JavaScript's toString.
TimeText ReadNamed(Scanner s) {
  DateTime date;
  bool time = false;
  while (!s.at_end()) {
    s.SkipSpaces();
    while (s.TakeAny(",")) s.SkipSpaces();
    if (s.at_end()) break;
    if (IsLetter(s.rest()[0])) {
      Scanner ahead = s;
      const std::string_view word = ahead.Word();
      if (Find(word, kDays, 7) >= 0) {
        s = ahead;
      } else if (int month = Find(word, kMonths, 12); month >= 0 && date.month == 0) {
        date.month = month + 1;
        s = ahead;
      } else {  // "Sat Aug  1 09:30:00 UTC 2022": the year may follow the zone
        const size_t year_at = s.rest().rfind(' ');
        Scanner year(year_at == std::string_view::npos ? std::string_view() : s.rest().substr(year_at + 1));
        const bool trails = date.year == 0 && year.DigitsAhead() == 4;
        if (trails) date.year = *year.Number(4, 4);
        if (trails && !year.at_end()) return {};
        Scanner zone(trails ? s.rest().substr(0, year_at) : s.rest());
        if (!time || !TakeZone(zone, &date.offset_ms)) return {};
        break;
      }
    } else if (s.Digit()) {
      Scanner ahead = s;
      const size_t digits = s.DigitsAhead();
      const int number = digits <= 4 ? *ahead.Number(1, 4) : 0;
      if (!ahead.at_end() && ahead.rest()[0] == ':' && !time) {
        if (!TakeTime(s, &date.time_of_day_ms) || !TakeHalfDay(s, &date.time_of_day_ms)) return {};
        time = true;
      } else if (digits <= 2 && date.day == 0) {
        date.day = number;
        s = ahead;
      } else if (digits == 4 && date.year == 0) {
        date.year = number;
        s = ahead;
      } else {
        return {};
      }
    } else if (s.rest()[0] == '-' && !time) {
      s.Take('-');  // "01-Aug-2022"
    } else {
      if (!time || !TakeZone(s, &date.offset_ms)) return {};
      break;
    }
  }
  return date.year != 0 && date.month != 0 && date.day != 0 ? date.Text() : TimeText();
}

constexpr double kSecondsMin = 1e8, kMillisecondsMin = 1e11, kMicrosecondsMin = 1e14, kNanosecondsMin = 1e17,
                 kNanosecondsMax = 9.2e18;

// The milliseconds of a plain decimal number in units of which 1,000,000,000 / `per_second` are a nanosecond, exactly.
std::optional<int64_t> ExactMs(std::string_view number, int digits_of_ms) {
  const size_t point = std::min(number.find('.'), number.size());
  int64_t whole = 0;
  if (std::from_chars(number.data(), number.data() + point, whole).ptr != number.data() + point) return std::nullopt;
  std::string_view fraction = point < number.size() ? number.substr(point + 1) : std::string_view();
  for (int i = 0; i < digits_of_ms; ++i) {
    whole *= 10;
    if (static_cast<size_t>(i) < fraction.size()) whole += fraction[static_cast<size_t>(i)] - '0';
  }
  for (int i = digits_of_ms; i < 0; ++i) whole /= 10;
  return whole;
}

bool IsPlainNumber(std::string_view text) {
  bool point = false, digits = false;
  for (char c : text) {
    if (c == '.' && !point && digits)
      point = true;
    else if (IsDigit(c))
      digits = true;
    else
      return false;
  }
  return digits;
}

}  // namespace

TimeText ReadTimeNumber(std::string_view number) {
  double size = 0;
  const char* end = number.data() + number.size();
  if (auto [stop, error] = std::from_chars(number.data(), end, size);
      error != std::errc() || stop != end || !(size >= kSecondsMin))
    return {};
  if (number.size() == 14 && (number.substr(0, 2) == "19" || number.substr(0, 2) == "20") && IsPlainNumber(number) &&
      number.find('.') == number.npos) {
    if (TimeText local = ReadYearFirst(Scanner(number)); local.kind != Kind::kNotATime) return local;
  }
  if (size >= kNanosecondsMax) return {};
  const int digits_of_ms = size < kMillisecondsMin ? 3 : size < kMicrosecondsMin ? 0 : size < kNanosecondsMin ? -3 : -6;
  if (IsPlainNumber(number)) {
    std::optional<int64_t> ms = ExactMs(number, digits_of_ms);
    return ms ? TimeText{Kind::kInstant, *ms} : TimeText();
  }
  return {Kind::kInstant, static_cast<int64_t>(std::llround(size * std::pow(10.0, digits_of_ms)))};
}

TimeText ReadTimeText(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  if (text.empty()) return {};
  if (TimeText read = ReadYearFirst(Scanner(text)); read.kind != Kind::kNotATime) return read;
  if (IsDigit(text[0]) && text.find_first_not_of("0123456789.eE+") == text.npos) return ReadTimeNumber(text);
  return ReadNamed(Scanner(text));
}

}  // namespace cartwheel
