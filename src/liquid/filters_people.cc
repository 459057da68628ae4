// What a message says to people: how long is left, by how much it is cheaper, a name that is not all told, a telephone number, a text that fits
// its medium.
//
//   {{ deadline | time_left }}      3시간 남음 · 3 hours left       {{ seen_at | ago }}        3시간 전 · 3 hours ago
//   {{ price | percent_off: old }}  30                              {{ name | mask }}          홍*동 · K***n
//   {{ tel | phone }}               010-1234-5678                   {{ tel | mask }}           010-****-5678
//   {{ text | truncate_bytes: 90, 'euc-kr' }}                       never a cut syllable, never a character that the medium cannot carry
//   {{ name | writable: 'euc-kr' }}                                 without what the medium cannot carry (emoji)
//   {{ text | truncate_graphemes: 10 }}                             at most so many with their "…"; never a cut emoji
#include <optional>
#include <string>

#include "base/measure.h"
#include "base/time.h"
#include "fmt/format.h"
#include "liquid/filters.h"
#include "liquid/instant.h"
#include "liquid/number.h"
#include "liquid/semantics.h"
#include "liquid/text.h"

namespace cartwheel::liquid {
namespace {

bool IsKorean(const Context& context) { return context.options().locale.substr(0, 2) == "ko"; }

struct Unit {
  int64_t ms;
  std::string_view korean, one, many;
};
constexpr Unit kUnits[] = {{kDayMs, "일", "day", "days"}, {kHourMs, "시간", "hour", "hours"}, {kMinuteMs, "분", "minute", "minutes"}};

// The largest unit that fits, rounded down: what is left is never more than it says.
std::string SpanText(int64_t ms, bool korean) {
  for (const Unit& unit : kUnits) {
    const int64_t count = ms / unit.ms;
    if (count == 0) continue;
    return korean ? fmt::format("{}{}", count, unit.korean) : fmt::format("{} {}", count, count == 1 ? unit.one : unit.many);
  }
  return korean ? "1분" : "1 minute";
}

std::optional<int64_t> Until(Context& context, const Value& input) {
  const std::optional<int64_t> at_ms = ReadInstant(context, input);
  if (context.options().now_ms == 0) return context.Fail("the current time is not known here"), std::nullopt;
  if (!at_ms) return context.Fail(fmt::format("expected a time, not a {}", KindName(input.kind()))), std::nullopt;
  return *at_ms - context.options().now_ms;
}

Value TimeLeft(Context& context, const Value& input, const Value*) {
  const std::optional<int64_t> left_ms = Until(context, input);
  if (!left_ms) return Value();
  const bool korean = IsKorean(context);
  if (*left_ms <= 0) return Value::String(korean ? "마감" : "ended");
  return context.NewText(SpanText(*left_ms, korean) + (korean ? " 남음" : " left"));
}

Value Ago(Context& context, const Value& input, const Value*) {
  const std::optional<int64_t> left_ms = Until(context, input);
  if (!left_ms) return Value();
  const bool korean = IsKorean(context);
  if (*left_ms > -kMinuteMs) return Value::String(korean ? "방금" : "just now");
  return context.NewText(SpanText(-*left_ms, korean) + (korean ? " 전" : " ago"));
}

// How many percent cheaper than `old`, rounded down so that nothing is promised that is not so; 0 when it is not cheaper.
Value PercentOff(Context& context, const Value& input, const Value* arguments) {
  const Number now = ToNumber(input), old = ToNumber(arguments[0]), zero;
  if (OrderNumbers(old, zero) != 1) return context.Fail("percent_off takes the old price, a number above 0");
  const Number off = Floor(Divide(Multiply(Subtract(old, now), ToNumber(Value::Int(100))), old));
  return OrderNumbers(off, zero) == 1 ? Value::Int(ToInt(off).value_or(0)) : Value::Int(0);
}

std::string Digits(std::string_view text) {
  std::string digits;
  for (char c : text)
    if (IsDigit(c)) digits += c;
  return digits;
}

// "010-1234-5678" of a Korean number in any way of writing it; empty for anything else.
std::string KoreanPhone(std::string_view text) {
  for (char c : text)
    if (!IsDigit(c) && std::string_view("+-. ()").find(c) == std::string_view::npos) return "";
  std::string digits = Digits(text);
  if (digits.substr(0, 2) == "82" && Strip(text).substr(0, 1) == "+") digits = "0" + digits.substr(digits.substr(2, 1) == "0" ? 3 : 2);
  if (digits.size() < 8 || digits[0] != '0') return "";
  const size_t area = digits.substr(0, 2) == "02" ? 2 : 3, rest = digits.size() - area;
  if (rest != 7 && rest != 8) return "";
  return fmt::format("{}-{}-{}", digits.substr(0, area), digits.substr(area, rest - 4), digits.substr(digits.size() - 4));
}

Value Phone(Context& context, const Value& input, const Value*) {
  const std::string_view text = ToText(context, input);
  const std::string phone = KoreanPhone(text);
  return phone.empty() ? input : context.NewText(phone);
}

// A telephone number loses its middle part, an e-mail address its name but for the first letter, anything else what is between its first and last.
Value Mask(Context& context, const Value& input, const Value*) {
  const std::string_view text = ToText(context, input);
  if (!context.SpendBytes(text.size())) return Value();
  if (const std::string phone = KoreanPhone(text); !phone.empty()) {
    const size_t first = phone.find('-'), last = phone.rfind('-');
    return context.NewText(phone.substr(0, first + 1) + std::string(last - first - 1, '*') + phone.substr(last));
  }
  const size_t at = text.find('@'), count = CountCharacters(text.substr(0, at));
  if (count == 0) return input;
  const bool email = at != text.npos, shows_end = count > 2 && !email;
  const size_t begin = CharacterOffset(text, 1), end = shows_end ? CharacterOffset(text, count - 1) : email ? at : text.size();
  std::string masked(text.substr(0, begin));
  masked.append(count - (shows_end ? 2 : 1), '*');
  masked += text.substr(end);
  return context.NewText(masked);
}

Value TruncateBytes(Context& context, const Value& input, const Value* arguments) {
  const std::string_view text = ToText(context, input), encoding = IsNil(arguments[1]) ? "utf-8" : ToText(context, arguments[1]);
  const std::optional<int64_t> most = ToInteger(arguments[0]);
  if (!most || *most < 0) return context.Fail("truncate_bytes takes how many bytes there may be");
  const bool korean = encoding == "euc-kr";
  if (!korean && encoding != "utf-8") return context.Fail(fmt::format("unknown encoding \"{}\", expected 'utf-8' or 'euc-kr'", encoding));
  if (!context.SpendBytes(text.size())) return Value();
  size_t at = 0, used = 0;
  while (at < text.size()) {
    size_t length = 0;
    DecodeAt(text, at, &length);
    const std::string_view character = text.substr(at, length);
    const size_t width = korean ? KoreanBytes(character) : character.size();
    if (width == 0) return context.Fail(fmt::format("\"{}\" cannot be written in {}", character, encoding));
    if (used + width > static_cast<size_t>(*most)) break;
    used += width;
    at += character.size();
  }
  return at == text.size() ? input : context.NewText(text.substr(0, at));
}

Value Writable(Context& context, const Value& input, const Value* arguments) {
  const std::string_view text = ToText(context, input);
  if (ToText(context, arguments[0]) != "euc-kr") return context.Fail("unknown encoding, expected 'euc-kr'");
  if (!context.SpendBytes(text.size())) return Value();
  std::string kept;
  for (size_t at = 0, length; at < text.size(); at += length) {
    DecodeAt(text, at, &length);
    if (KoreanBytes(text.substr(at, length)) > 0) kept += text.substr(at, length);
  }
  return kept.size() == text.size() ? input : context.NewText(kept);
}

// As `truncate` does it, in what a reader takes for characters: the ellipsis is counted.
Value TruncateGraphemes(Context& context, const Value& input, const Value* arguments) {
  const std::string_view text = ToText(context, input), ellipsis = IsNil(arguments[1]) ? "…" : ToText(context, arguments[1]);
  const std::optional<int64_t> most = ToInteger(arguments[0]);
  if (!most || *most < 0) return context.Fail("truncate_graphemes takes how many characters there may be");
  if (!context.SpendBytes(text.size() + ellipsis.size())) return Value();
  const size_t room = static_cast<size_t>(*most), tail = CountGraphemes(ellipsis);
  size_t at = 0, cut = 0;  // `cut`: where the text ends when the ellipsis follows
  for (size_t count = 0; at < text.size() && count < room; ++count) {
    if (count + tail <= room) cut = at;
    at = GraphemeEnd(text, at);
  }
  if (at == text.size()) return input;
  if (tail == 0) cut = at;
  return context.NewText(std::string(text.substr(0, cut)) + std::string(ellipsis));
}

constexpr Filter kFilters[] = {
    {"ago", 0, 0, Ago},     {"mask", 0, 0, Mask},           {"percent_off", 1, 1, PercentOff},
    {"phone", 0, 0, Phone}, {"time_left", 0, 0, TimeLeft},  {"truncate_bytes", 1, 2, TruncateBytes},
    {"truncate_graphemes", 1, 2, TruncateGraphemes},
    {"writable", 1, 1, Writable},
};

}  // namespace

absl::Span<const Filter> PeopleFilters() { return kFilters; }

}  // namespace cartwheel::liquid
