// What a message says to people: how long is left, by how much it is cheaper, a name that is not all told, a telephone
// number, a text that fits its medium.
//
//   {{ deadline | time_left }}      3시간 남음 · 3 hours left       {{ seen_at | ago }}        3시간 전 · 3 hours ago
//   {{ price | percent_off: old }}  30                              {{ name | mask }}          홍*동 · K***n
//   {{ tel | phone }}               010-1234-5678                   {{ tel | mask }}           010-****-5678
//   {{ text | truncate_bytes: 90, 'euc-kr' }}                       never a cut syllable, never a character that the
//   medium cannot carry
//   {{ name | writable: 'euc-kr' }}                                 without what the medium cannot carry (emoji)
//   {{ text | truncate_graphemes: 10 }}                             at most so many with their "…"; never a cut emoji
#include <algorithm>
#include <optional>
#include <string>

#include "base/measure.h"
#include "base/time.h"
#include "base/utf8.h"
#include "fmt/format.h"
#include "liquid/amount.h"
#include "liquid/filters.h"
#include "liquid/korean_phone.h"
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
constexpr Unit kUnits[] = {
    {kDayMs, "일", "day", "days"}, {kHourMs, "시간", "hour", "hours"}, {kMinuteMs, "분", "minute", "minutes"}};

// The largest unit that fits, rounded down: what is left is never more than it says.
std::string SpanText(int64_t ms, bool korean) {
  for (const Unit& unit : kUnits) {
    const int64_t count = ms / unit.ms;
    if (count == 0) continue;
    return korean ? fmt::format("{}{}", count, unit.korean)
                  : fmt::format("{} {}", count, count == 1 ? unit.one : unit.many);
  }
  return korean ? "1분" : "1 minute";
}

std::optional<int64_t> Until(Context& context, const Value& input) {
  const std::optional<int64_t> at_ms = ReadInstant(context, input);
  if (context.options().now_ms != 0 && at_ms) return *at_ms - context.options().now_ms;
  context.Fail(context.options().now_ms == 0 ? "the current time is not known here"
                                             : fmt::format("expected a time, not a {}", KindName(input.kind())));
  return std::nullopt;
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

// How many percent cheaper than `old`, rounded down so that nothing is promised that is not so; 0 when it is not
// cheaper. A price that is missing, cannot be read or is not above 0 says nothing about a discount.
Value PercentOff(Context& context, const Value& input, const Value* arguments) {
  std::string why;
  const std::optional<Number> now = ReadAmount(context, input, context.currency(), &why),
                              old = ReadAmount(context, arguments[0], context.currency(), &why);
  if (!now || !old) return Unusable(context, why);
  const Number zero, percent = ToNumber(Value::Int(100));
  if (OrderNumbers(*old, zero) != 1) return context.Fail("percent_off takes the old price, a number above 0");
  if (OrderNumbers(*now, zero) != 1) return Unusable(context, "percent_off takes a price above 0");
  const Number saved = Multiply(Subtract(*old, *now), percent);
  int64_t off = ToInt(Floor(Divide(saved, *old))).value_or(0);
  if (OrderNumbers(Multiply(ToNumber(Value::Int(off)), *old), saved) == 1) --off;  // the quotient was rounded up
  return Value::Int(std::max<int64_t>(off, 0));
}

Value Phone(Context& context, const Value& input, const Value*) {
  const std::string_view text = ToText(context, input);
  const std::string phone = KoreanPhone(text);
  return phone.empty() ? input : context.NewText(phone);
}

// A telephone number loses its middle part, an e-mail address its name but for the first letter, anything else what is
// between its first and last.
Value Mask(Context& context, const Value& input, const Value*) {
  const std::string_view text = ToText(context, input);
  if (!context.SpendBytes(text.size())) return Value();
  if (const std::string phone = KoreanPhone(text); !phone.empty()) {
    const size_t first = phone.find('-'), last = phone.rfind('-');
    if (first == last) return context.NewText(phone.substr(0, first + 1) + std::string(phone.size() - first - 1, '*'));
    return context.NewText(phone.substr(0, first + 1) + std::string(last - first - 1, '*') + phone.substr(last));
  }
  const size_t at = text.find('@'), count = CountGraphemes(text.substr(0, at));
  if (count == 0) return input;
  const bool email = at != text.npos, shows_end = count > 2 && !email;
  const size_t begin = GraphemeEnd(text, 0);
  size_t end = email ? at : text.size();
  if (shows_end)
    for (size_t next = begin; next < text.size(); next = GraphemeEnd(text, next)) end = next;
  std::string masked(text.substr(0, begin));
  masked.append(count - (shows_end ? 2 : 1), '*');
  masked += text.substr(end);
  return context.NewText(masked);
}

Value TruncateBytes(Context& context, const Value& input, const Value* arguments) {
  const std::string_view text = ToText(context, input),
                         encoding = IsNil(arguments[1]) ? "utf-8" : ToText(context, arguments[1]);
  const std::optional<int64_t> bytes_max = ToInteger(arguments[0]);
  if (!bytes_max || *bytes_max < 0) return context.Fail("truncate_bytes takes how many bytes there may be");
  const bool korean = encoding == "euc-kr";
  if (!korean && encoding != "utf-8")
    return context.Fail(fmt::format("unknown encoding \"{}\", expected 'utf-8' or 'euc-kr'", encoding));
  if (!context.SpendBytes(text.size())) return Value();
  size_t at = 0;
  for (size_t used = 0; at < text.size();) {
    const std::string_view cluster = text.substr(at, GraphemeEnd(text, at) - at);
    size_t width = cluster.size();
    if (korean) {
      const KoreanSize size = MeasureKorean(cluster);
      if (!size.unwritable.empty())
        return context.Fail(fmt::format("\"{}\" cannot be written in {}", size.unwritable, encoding));
      width = size.bytes;
    }
    if (used + width > static_cast<size_t>(*bytes_max)) break;
    used += width;
    at += cluster.size();
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
  const std::string_view text = ToText(context, input),
                         ellipsis = IsNil(arguments[1]) ? "…" : ToText(context, arguments[1]);
  const std::optional<int64_t> graphemes_max = ToInteger(arguments[0]);
  if (!graphemes_max || *graphemes_max < 0)
    return context.Fail("truncate_graphemes takes how many characters there may be");
  if (!context.SpendBytes(text.size() + ellipsis.size())) return Value();
  const size_t room = static_cast<size_t>(*graphemes_max), tail = CountGraphemes(ellipsis);
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
    {"ago", 0, 0, Ago},
    {.name = "mask", .arguments_min = 0, .arguments_max = 0, .call = Mask, .measures = true},
    {.name = "percent_off", .arguments_min = 1, .arguments_max = 1, .call = PercentOff, .is_amount = true},
    {"phone", 0, 0, Phone},
    {"time_left", 0, 0, TimeLeft},
    {.name = "truncate_bytes", .arguments_min = 1, .arguments_max = 2, .call = TruncateBytes, .measures = true},
    {"truncate_graphemes", 1, 2, TruncateGraphemes},
    {.name = "writable", .arguments_min = 1, .arguments_max = 1, .call = Writable, .measures = true},
};

}  // namespace

absl::Span<const Filter> PeopleFilters() { return kFilters; }

}  // namespace cartwheel::liquid
