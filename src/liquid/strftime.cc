#include "liquid/strftime.h"

#include <utf8proc.h>

#include <cstdint>

#include "base/utf8.h"
#include "fmt/format.h"
#include "liquid/day_names.h"
#include "liquid/text.h"

namespace cartwheel::liquid {
namespace {

struct Directive {
  char padding = 0;  // '-': none, '_': spaces, '0': zeros; 0: its own
  bool upper = false, swap = false;
  int colons = 0;
  int width = 0;
  char letter = 0;
};

// The directives that stand for others.
struct Composite {
  char letter;
  std::string_view format;
};
constexpr Composite kComposites[] = {{'c', "%a %b %e %H:%M:%S %Y"},
                                     {'D', "%m/%d/%y"},
                                     {'F', "%Y-%m-%d"},
                                     {'R', "%H:%M"},
                                     {'r', "%I:%M:%S %p"},
                                     {'T', "%H:%M:%S"},
                                     {'X', "%H:%M:%S"},
                                     {'x', "%m/%d/%y"},
                                     {'v', "%e-%^b-%Y"}};

// One past the directive whose letter follows; false where a width is too large.
bool ReadDirective(std::string_view format, size_t* at, Directive* directive) {
  size_t i = *at;
  for (; i < format.size(); ++i) {
    const char c = format[i];
    if (c == '-' || c == '_' || c == '0')
      directive->padding = c;
    else if (c == '^')
      directive->upper = true;
    else if (c == '#')
      directive->swap = true;
    else
      break;
  }
  for (; i < format.size() && IsDigit(format[i]); ++i) {
    directive->width = directive->width * 10 + (format[i] - '0');
    if (directive->width > kStrftimeWidthMax) return false;
  }
  if (i + 1 < format.size() && (format[i] == 'E' || format[i] == 'O')) ++i;  // of other calendars: as without
  for (; i < format.size() && format[i] == ':'; ++i) ++directive->colons;
  if (i < format.size()) directive->letter = format[i++];
  *at = i;
  return true;
}

std::string Changed(std::string_view text, bool upper) {
  std::string changed;
  for (size_t at = 0, bytes; at < text.size(); at += bytes) {
    const auto c = static_cast<utf8proc_int32_t>(DecodeAt(text, at, &bytes));
    utf8proc_uint8_t encoded[4];
    const utf8proc_ssize_t length = utf8proc_encode_char(upper ? utf8proc_toupper(c) : utf8proc_tolower(c), encoded);
    changed.append(reinterpret_cast<const char*>(encoded), static_cast<size_t>(length));
  }
  return changed;
}

class Formatter {
 public:
  Formatter(absl::Time time, const absl::TimeZone& zone, std::string_view locale)
      : time_(time), info_(zone.At(time)), names_(DayNamesOf(locale)) {
    weekday_ = (static_cast<int>(absl::GetWeekday(info_.cs)) + 1) % 7;  // absl's week begins on Monday
    day_of_year_ = absl::GetYearDay(absl::CivilDay(info_.cs));
  }

  bool Run(std::string_view format, std::string* out) const {
    for (size_t at = 0; at < format.size();) {
      if (format[at] != '%') {
        *out += format[at++];
        continue;
      }
      const size_t begin = at++;
      Directive directive;
      if (!ReadDirective(format, &at, &directive)) return false;
      if (!Put(directive, out)) *out += format.substr(begin, at - begin);
    }
    return true;
  }

 private:
  static void Pad(std::string_view text, size_t width, char with, std::string* out) {
    const size_t length = CountCharacters(text);
    if (length < width) out->append(width - length, with);
    *out += text;
  }

  bool Number(const Directive& d, int64_t number, int width, char padding, std::string* out) const {
    const char chosen = d.padding == 0 ? padding : d.padding == '_' ? ' ' : '0';
    if (d.padding == '-') width = 0;
    if (d.width != 0) width = d.width;
    std::string digits = fmt::format("{}", number < 0 ? -number : number);
    const auto room = static_cast<size_t>(width);
    if (number < 0 && chosen == '0') *out += '-';
    if (number < 0 && chosen != '0') digits.insert(0, 1, '-');
    Pad(digits, d.padding == '-' ? 0 : room, chosen, out);
    return true;
  }

  bool Text(const Directive& d, std::string_view text, bool swap_is_lower, std::string* out) const {
    std::string changed(text);
    if (d.upper || (d.swap && !swap_is_lower))
      changed = Changed(text, true);
    else if (d.swap)
      changed = Changed(text, false);
    Pad(changed, d.padding == '-' ? 0 : static_cast<size_t>(d.width), d.padding == '0' ? '0' : ' ', out);
    return true;
  }

  // The first digits of the fraction of the second.
  bool Fraction(const Directive& d, int digits, std::string* out) const {
    constexpr int kNanosecondDigits = 9;
    if (d.width != 0) digits = d.width;
    std::string fraction = fmt::format("{:09}", absl::ToInt64Nanoseconds(info_.subsecond));
    fraction.resize(static_cast<size_t>(digits), '0');
    static_assert(kStrftimeWidthMax >= kNanosecondDigits);
    *out += fraction;
    return true;
  }

  bool Offset(const Directive& d, std::string* out) const {
    const int east = info_.offset < 0 ? -info_.offset : info_.offset;
    const std::string_view colon = d.colons == 0 ? "" : ":";
    std::string text = fmt::format("{:02}{}{:02}", east / 3600, colon, east / 60 % 60);
    if (d.colons > 1) text += fmt::format(":{:02}", east % 60);
    const char sign = info_.offset < 0 ? '-' : '+';
    if (d.padding == '_') {
      if (text[0] == '0') text.erase(0, 1);
      Pad(sign + text, static_cast<size_t>(d.width == 0 ? 5 + static_cast<int>(colon.size()) : d.width), ' ', out);
      return true;
    }
    *out += sign;
    Pad(text, static_cast<size_t>(d.width > 0 ? d.width - 1 : 0), '0', out);
    return true;
  }

  // Of ISO 8601, whose week 1 holds the year's first Thursday.
  int IsoWeek(int64_t* year) const {
    const absl::CivilDay day(info_.cs), thursday = day + (3 - (weekday_ + 6) % 7);
    *year = thursday.year();
    return (absl::GetYearDay(thursday) - 1) / 7 + 1;
  }

  bool Put(const Directive& d, std::string* out) const {
    for (const Composite& composite : kComposites)
      if (composite.letter == d.letter) {
        std::string made;
        if (!Run(composite.format, &made)) return false;
        Directive as_made = d;
        as_made.swap = false;
        if (d.padding == '-') as_made.padding = 0;
        return Text(as_made, made, false, out);
      }
    return d.colons != 0 && d.letter != 'z' ? false : PutDay(d, out) || PutClock(d, out);
  }

  bool PutDay(const Directive& d, std::string* out) const {
    const absl::CivilSecond& t = info_.cs;
    int64_t iso_year = 0;
    const int iso_week = IsoWeek(&iso_year), month = static_cast<int>(t.month()) - 1;
    const auto of_century = [](int64_t year) { return (year % 100 + 100) % 100; };
    switch (d.letter) {
      case 'Y':
        return Number(d, t.year(), 4, '0', out);
      case 'C':
        return Number(d, (t.year() - of_century(t.year())) / 100, 2, '0', out);
      case 'y':
        return Number(d, of_century(t.year()), 2, '0', out);
      case 'm':
        return Number(d, t.month(), 2, '0', out);
      case 'd':
        return Number(d, t.day(), 2, '0', out);
      case 'e':
        return Number(d, t.day(), 2, ' ', out);
      case 'j':
        return Number(d, day_of_year_, 3, '0', out);
      case 'u':
        return Number(d, weekday_ == 0 ? 7 : weekday_, 1, '0', out);
      case 'w':
        return Number(d, weekday_, 1, '0', out);
      case 'G':
        return Number(d, iso_year, 4, '0', out);
      case 'g':
        return Number(d, of_century(iso_year), 2, '0', out);
      case 'V':
        return Number(d, iso_week, 2, '0', out);
      case 'U':
        return Number(d, (day_of_year_ + 6 - weekday_) / 7, 2, '0', out);
      case 'W':
        return Number(d, (day_of_year_ + 6 - (weekday_ + 6) % 7) / 7, 2, '0', out);
      case 'A':
        return Text(d, NameAt(names_.days, weekday_), false, out);
      case 'a':
        return Text(d, NameAt(names_.short_days, weekday_), false, out);
      case 'B':
        return Text(d, NameAt(names_.months, month), false, out);
      case 'b':
      case 'h':
        return Text(d, NameAt(names_.short_months, month), false, out);
    }
    return false;
  }

  bool PutClock(const Directive& d, std::string* out) const {
    const absl::CivilSecond& t = info_.cs;
    const int half_day = t.hour() % 12 == 0 ? 12 : t.hour() % 12;
    const std::string_view half = NameAt(names_.halves, t.hour() < 12 ? 0 : 1);
    switch (d.letter) {
      case 'H':
        return Number(d, t.hour(), 2, '0', out);
      case 'k':
        return Number(d, t.hour(), 2, ' ', out);
      case 'I':
        return Number(d, half_day, 2, '0', out);
      case 'l':
        return Number(d, half_day, 2, ' ', out);
      case 'M':
        return Number(d, t.minute(), 2, '0', out);
      case 'S':
        return Number(d, t.second(), 2, '0', out);
      case 's':
        return Number(d, absl::ToUnixSeconds(time_), 1, '0', out);
      case 'L':
        return Fraction(d, 3, out);
      case 'N':
        return Fraction(d, 9, out);
      case 'p':
        return Text(d, half, true, out);
      case 'P':
        return Text(d, Changed(half, false), false, out);
      case 'Z':
        return Text(d, info_.zone_abbr, true, out);
      case 'z':
        return Offset(d, out);
      case 'n':
        return Text(d, "\n", false, out);
      case 't':
        return Text(d, "\t", false, out);
      case '%':
        return Text(d, "%", false, out);
    }
    return false;
  }

  const absl::Time time_;
  const absl::TimeZone::CivilInfo info_;
  const DayNames& names_;
  int weekday_ = 0;  // 0: Sunday
  int day_of_year_ = 0;
};

}  // namespace

bool FormatStrftime(std::string_view format, absl::Time time, const absl::TimeZone& zone, std::string_view locale,
                    std::string* out) {
  return Formatter(time, zone, locale).Run(format, out);
}

}  // namespace cartwheel::liquid
