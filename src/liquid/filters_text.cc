// Filters on texts. A text that does not change is handed on as it is; changed ones are built in the arena. Letters
// change case in ASCII only: Hangul has no case, and a message rarely shouts in Greek.
#include <algorithm>
#include <cstdint>

#include "base/measure.h"
#include "base/utf8.h"
#include "fmt/format.h"
#include "liquid/filters.h"
#include "liquid/semantics.h"
#include "liquid/text.h"

namespace cartwheel::liquid {
namespace {

Value Join(Context& context, std::string_view first, std::string_view second) {
  TextBuilder text(context);
  text.Reserve(first.size() + second.size());
  text.Append(first);
  text.Append(second);
  return Finish(text);
}

Value Append(Context& context, const Value& input, const Value* arguments) {
  return Join(context, ToText(context, input), ToText(context, arguments[0]));
}

Value Prepend(Context& context, const Value& input, const Value* arguments) {
  return Join(context, ToText(context, arguments[0]), ToText(context, input));
}

template <char (*kChange)(char)>
Value MapCharacters(Context& context, const Value& input, const Value*) {
  std::string_view text = ToText(context, input);
  TextBuilder changed(context);
  changed.Reserve(text.size());
  for (char c : text) {
    if (context.failed()) break;
    changed.Append(kChange(c));
  }
  return Finish(changed);
}

Value Capitalize(Context& context, const Value& input, const Value*) {
  std::string_view text = ToText(context, input);
  TextBuilder changed(context);
  changed.Reserve(text.size());
  for (size_t i = 0; i < text.size() && !context.failed(); ++i)
    changed.Append(i == 0 ? UpperAscii(text[i]) : LowerAscii(text[i]));
  return Finish(changed);
}

template <std::string_view (*kStrip)(std::string_view)>
Value StripFilter(Context& context, const Value& input, const Value*) {
  return Value::String(kStrip(ToText(context, input)));
}

Value StripNewlines(Context& context, const Value& input, const Value*) {
  std::string_view text = ToText(context, input);
  TextBuilder changed(context);
  for (size_t i = 0; i < text.size() && !context.failed(); ++i)
    if (text[i] != '\n' && !(text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n')) changed.Append(text[i]);
  return Finish(changed);
}

Value NewlineToBr(Context& context, const Value& input, const Value*) {
  std::string_view text = ToText(context, input);
  TextBuilder changed(context);
  for (size_t i = 0; i < text.size() && !context.failed(); ++i) {
    if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
    if (text[i] == '\n') changed.Append(std::string_view("<br />"));
    changed.Append(text[i]);
  }
  return Finish(changed);
}

// An empty pattern stands between all characters, as in the reference.
Value ReplaceAll(Context& context, std::string_view text, std::string_view pattern, std::string_view by) {
  TextBuilder changed(context);
  changed.Reserve(text.size());
  size_t at = 0;
  if (pattern.empty()) {
    for (size_t bytes; at < text.size() && context.Spend(1); at += bytes) {
      DecodeAt(text, at, &bytes);
      changed.Append(by);
      changed.Append(text.substr(at, bytes));
    }
    changed.Append(by);
    return Finish(changed);
  }
  for (size_t found; (found = text.find(pattern, at)) != text.npos && context.Spend(1); at = found + pattern.size()) {
    changed.Append(text.substr(at, found - at));
    changed.Append(by);
  }
  if (at == 0) return Value::String(text);
  changed.Append(text.substr(at));
  return Finish(changed);
}

Value ReplaceAt(Context& context, std::string_view text, size_t found, size_t length, std::string_view by) {
  if (found == text.npos) return Value::String(text);
  TextBuilder changed(context);
  changed.Append(text.substr(0, found));
  changed.Append(by);
  changed.Append(text.substr(found + length));
  return Finish(changed);
}

enum class Which { kAll, kFirst, kLast };

// `remove` is `replace` without a second argument.
template <Which kWhich>
Value Replace(Context& context, const Value& input, const Value* arguments) {
  std::string_view text = ToText(context, input), pattern = ToText(context, arguments[0]),
                   by = ToText(context, arguments[1]);
  if (!context.SpendBytes(text.size())) return Value();
  if (kWhich == Which::kAll) return ReplaceAll(context, text, pattern, by);
  size_t found = kWhich == Which::kFirst ? text.find(pattern) : text.rfind(pattern);
  return ReplaceAt(context, text, found, pattern.size(), by);
}

Value Truncate(Context& context, const Value& input, const Value* arguments) {
  constexpr int64_t kLengthDefault = 50;
  if (IsNil(input)) return Value();
  std::string_view text = ToText(context, input);
  std::optional<int64_t> length = arguments[0].is_absent() ? kLengthDefault : ToInteger(arguments[0]);
  if (!length)
    return context.Fail(fmt::format("\"{}\" is no whole number of characters", ToText(context, arguments[0])));
  std::string_view ending = arguments[1].is_absent() ? "..." : ToText(context, arguments[1]);
  if (!context.SpendBytes(text.size())) return Value();
  size_t characters = static_cast<size_t>(std::max<int64_t>(*length, 0));
  if (CharacterOffset(text, characters) == text.size()) return Value::String(text);
  size_t ending_characters = CountCharacters(ending);
  size_t kept = characters > ending_characters ? characters - ending_characters : 0;
  const size_t end_max = CharacterOffset(text, kept);
  size_t cut = 0;  // never within what a reader takes for one character
  for (size_t end; cut < end_max && (end = GraphemeEnd(text, cut)) <= end_max;) cut = end;
  return Join(context, text.substr(0, cut), ending);
}

Value TruncateWords(Context& context, const Value& input, const Value* arguments) {
  constexpr int64_t kWordsDefault = 15;
  if (IsNil(input)) return Value();
  std::string_view text = ToText(context, input);
  std::optional<int64_t> words = arguments[0].is_absent() ? kWordsDefault : ToInteger(arguments[0]);
  if (!words) return context.Fail(fmt::format("\"{}\" is no whole number of words", ToText(context, arguments[0])));
  std::string_view ending = arguments[1].is_absent() ? "..." : ToText(context, arguments[1]);
  TextBuilder kept(context);
  std::string_view rest = text, left;  // `left`: also the space after the last word counts as more, as in the reference
  for (int64_t word = 0; word < std::max<int64_t>(*words, 1) && !StripLeft(rest).empty() && context.Spend(1); ++word) {
    rest = StripLeft(rest);
    size_t end = std::find_if(rest.begin(), rest.end(), IsSpace) - rest.begin();
    if (word > 0) kept.Append(' ');
    kept.Append(rest.substr(0, end));
    rest = rest.substr(end);
    left = *words > word + 1 ? StripLeft(rest) : rest;
  }
  if (left.empty()) return Value::String(text);
  kept.Append(ending);
  return Finish(kept);
}

// Empty pieces at the end are dropped; a single space splits at any whitespace; an empty pattern splits into
// characters.
Value Split(Context& context, const Value& input, const Value* arguments) {
  std::string_view text = ToText(context, input), pattern = ToText(context, arguments[0]);
  ListBuilder pieces(context);
  size_t kept = 0;  // up to the last piece that is not empty
  auto add = [&](std::string_view piece) {
    pieces.Append(Value::String(piece));
    if (!piece.empty()) kept = pieces.size();
  };
  if (pattern == " ") text = Strip(text);
  while (!text.empty() && context.Spend(1)) {
    size_t end, skipped = pattern.size();
    if (pattern.empty()) {
      DecodeAt(text, 0, &end);
    } else if (pattern == " ") {
      end = std::find_if(text.begin(), text.end(), IsSpace) - text.begin();
      skipped = text.substr(end).size() - StripLeft(text.substr(end)).size();
    } else {
      end = std::min(text.find(pattern), text.size());
    }
    add(text.substr(0, end));
    text.remove_prefix(std::min(end + skipped, text.size()));
  }
  return NewList(context, pieces.items(), kept);
}

Value Slice(Context& context, const Value& input, const Value* arguments) {
  for (const Value* argument : {&arguments[0], &arguments[1]}) {
    bool optional = argument == &arguments[1] && IsNil(*argument);
    if (!optional && (argument->kind() == Kind::kDouble || !ToInteger(*argument)))
      return context.Fail(fmt::format("\"{}\" is no whole number of characters", ToText(context, *argument)));
  }
  int64_t offset = ToInteger(arguments[0]).value_or(0), length = ToInteger(arguments[1]).value_or(1);
  std::string_view text = input.is_list() ? std::string_view() : ToText(context, input);
  if (!context.SpendBytes(text.size())) return Value();
  uint64_t size = input.is_list() ? input.size() : CountCharacters(text);
  uint64_t begin = offset < 0 ? size + static_cast<uint64_t>(offset) : static_cast<uint64_t>(offset);
  bool nothing = begin > size || length < 0;
  uint64_t count = nothing ? 0 : std::min<uint64_t>(size - begin, static_cast<uint64_t>(length));
  if (!input.is_list()) {
    if (count == 0) return Value::String("");
    text.remove_prefix(CharacterOffset(text, begin));
    return Value::String(text.substr(0, CharacterOffset(text, count)));
  }
  ListBuilder items(context);
  for (uint64_t i = 0; i < count && context.Spend(1); ++i) items.Append(input.at(begin + i));
  return Finish(context, items);
}

constexpr Filter kFilters[] = {
    {"append", 1, 1, Append},
    {"capitalize", 0, 0, Capitalize},
    {"downcase", 0, 0, MapCharacters<LowerAscii>},
    {"lstrip", 0, 0, StripFilter<StripLeft>},
    {"newline_to_br", 0, 0, NewlineToBr},
    {"prepend", 1, 1, Prepend},
    {"remove", 1, 1, Replace<Which::kAll>},
    {"remove_first", 1, 1, Replace<Which::kFirst>},
    {"remove_last", 1, 1, Replace<Which::kLast>},
    {"replace", 1, 2, Replace<Which::kAll>},
    {"replace_first", 1, 2, Replace<Which::kFirst>},
    {"replace_last", 2, 2, Replace<Which::kLast>},
    {"rstrip", 0, 0, StripFilter<StripRight>},
    {.name = "slice", .arguments_min = 1, .arguments_max = 2, .call = Slice, .measures = true},
    {"split", 1, 1, Split},
    {"strip", 0, 0, StripFilter<Strip>},
    {"strip_newlines", 0, 0, StripNewlines},
    {.name = "truncate", .arguments_min = 0, .arguments_max = 2, .call = Truncate, .measures = true},
    {"truncatewords", 0, 2, TruncateWords},
    {"upcase", 0, 0, MapCharacters<UpperAscii>},
};

}  // namespace

absl::Span<const Filter> TextFilters() { return kFilters; }

}  // namespace cartwheel::liquid
