// The extension library strings, as cel-go defines it (https://github.com/google/cel-go/tree/master/ext#strings).
// Positions are code points.
#include <algorithm>
#include <limits>

#include "base/utf8.h"
#include "cel/functions.h"
#include "cel/library.h"
#include "fmt/format.h"

namespace cartwheel::cel {
namespace {

using Values = absl::Span<const Value>;
using K = TypeKind;

constexpr std::string_view kOutOfRange = "index out of range";

// The byte at which the `index`-th code point begins; npos when there are fewer.
size_t ByteOf(std::string_view text, int64_t index) {
  size_t at = 0;
  for (; index > 0 && at < text.size(); --index) NextCharacter(text, &at);
  return index == 0 ? at : std::string_view::npos;
}
int64_t IndexOf(std::string_view text, size_t byte) {
  return static_cast<int64_t>(CountCharacters(text.substr(0, byte)));
}

Value CharAt(Values v, Arena&, std::string_view* error) {
  const std::string_view text = v[0].text();
  const size_t at = v[1].integer() < 0 ? std::string_view::npos : ByteOf(text, v[1].integer());
  if (at == std::string_view::npos) return Fail(kOutOfRange, error);
  size_t end = at;
  if (at < text.size()) NextCharacter(text, &end);
  return Value::String(text.substr(at, end - at));
}

Value Find(Values v, Arena&, std::string_view* error) {
  const std::string_view text = v[0].text();
  const size_t from = v.size() < 3 ? 0 : v[2].integer() < 0 ? std::string_view::npos : ByteOf(text, v[2].integer());
  if (from == std::string_view::npos) return Fail(kOutOfRange, error);
  const size_t found = text.find(v[1].text(), from);
  return Value::Int(found == std::string_view::npos ? -1 : IndexOf(text, found));
}

Value FindLast(Values v, Arena&, std::string_view* error) {
  const std::string_view text = v[0].text();
  const size_t from = v.size() < 3         ? text.size()
                      : v[2].integer() < 0 ? std::string_view::npos
                                           : ByteOf(text, v[2].integer());
  if (from == std::string_view::npos) return Fail(kOutOfRange, error);
  const size_t found = text.rfind(v[1].text(), from);
  return Value::Int(found == std::string_view::npos ? -1 : IndexOf(text, found));
}

Value Substring(Values v, Arena&, std::string_view* error) {
  const std::string_view text = v[0].text();
  const int64_t begin = v[1].integer(), size = static_cast<int64_t>(CountCharacters(text)),
                end = v.size() == 3 ? v[2].integer() : size;
  if (begin < 0 || end < begin || end > size) return Fail(kOutOfRange, error);
  const size_t from = ByteOf(text, begin);
  return Value::String(text.substr(from, ByteOf(text, end) - from));
}

Value Replace(Values v, Arena& arena, std::string_view* error) {
  const std::string_view text = v[0].text(), what = v[1].text(), by = v[2].text();
  int64_t left = v.size() == 4 ? v[3].integer() : -1;
  std::string out;
  size_t at = 0;
  while (left != 0) {
    if (out.size() > kMadeBytesMax) return Fail(kTooMuchMade, error);
    const size_t found = text.find(what, at);
    if (found == std::string_view::npos) break;
    out += text.substr(at, found - at);
    out += by;
    at = found + what.size();
    --left;
    if (!what.empty()) continue;  // of nothing: before every code point and at the end
    if (at == text.size()) return arena.Text(std::move(out));
    size_t next = at;
    NextCharacter(text, &next);
    out += text.substr(at, next - at);
    at = next;
  }
  out += text.substr(std::min(at, text.size()));
  return arena.Text(std::move(out));
}

Value Split(Values v, Arena& arena, std::string_view*) {
  std::string_view text = v[0].text();
  const std::string_view by = v[1].text();
  int64_t left = v.size() == 3 ? v[2].integer() : std::numeric_limits<int64_t>::max();
  if (left < 0) left = std::numeric_limits<int64_t>::max();
  std::vector<Value> parts;
  for (; left > 1; --left) {
    size_t end = by.empty() ? 0 : text.find(by);
    if (by.empty() && !text.empty()) NextCharacter(text, &end);
    if (end == std::string_view::npos || (by.empty() && end >= text.size())) break;
    parts.push_back(Value::String(text.substr(0, end)));
    text.remove_prefix(end + by.size());
  }
  if (left > 0 && !(by.empty() && text.empty())) parts.push_back(Value::String(text));
  return arena.List(std::move(parts));
}

Value Join(Values v, Arena& arena, std::string_view* error) {
  std::string out;
  for (size_t i = 0; i < v[0].size(); ++i) {
    const Value part = v[0].at(i);
    if (!part.is_string()) return Fail(kNoOverload, error);
    if (out.size() > kMadeBytesMax) return Fail(kTooMuchMade, error);
    if (i > 0 && v.size() == 2) out += v[1].text();
    out += part.text();
  }
  return arena.Text(std::move(out));
}

template <char kFrom, char kTo, int kShift>
Value Ascii(Values v, Arena& arena, std::string_view*) {
  std::string text(v[0].text());
  for (char& c : text)
    if (c >= kFrom && c <= kTo) c = static_cast<char>(c + kShift);
  return arena.Text(std::move(text));
}

Value Reverse(Values v, Arena& arena, std::string_view*) {
  const std::string_view text = v[0].text();
  std::string out(text.size(), ' ');
  for (size_t at = 0; at < text.size();) {
    const size_t begin = at;
    NextCharacter(text, &at);
    text.copy(out.data() + text.size() - at, at - begin, begin);
  }
  return arena.Text(std::move(out));
}

// White space as Unicode has it (White_Space=yes).
bool IsSpace(uint32_t c) {
  return (c >= 9 && c <= 13) || c == 0x20 || c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) ||
         c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

Value Trim(Values v, Arena&, std::string_view*) {
  const std::string_view text = v[0].text();
  size_t begin = text.size(), end = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t before = at;
    if (IsSpace(NextCharacter(text, &at))) continue;
    begin = std::min(begin, before);
    end = at;
  }
  return Value::String(begin < end ? text.substr(begin, end - begin) : std::string_view());
}

Value Quote(Values v, Arena& arena, std::string_view*) {
  static constexpr std::string_view kEscaped = "\a\b\f\n\r\t\v\\\"", kLetters = "abfnrtv\\\"";
  std::string out = "\"";
  const std::string_view text = v[0].text();
  for (size_t at = 0; at < text.size();) {
    const size_t begin = at;
    if (NextCharacter(text, &at) == kNotUtf8) {
      out += "\uFFFD";
    } else if (const size_t place = kEscaped.find(text[begin]); at == begin + 1 && place != kEscaped.npos) {
      out += '\\';
      out += kLetters[place];
    } else {
      out += text.substr(begin, at - begin);
    }
  }
  return arena.Text(out + '"');
}

Value Format(Values v, Arena& arena, std::string_view* error) { return FormatText(v[0].text(), v[1], arena, error); }

constexpr LibraryFunction kRows[] = {
    {"charAt", true, K::kString, 2, 2, {K::kString, K::kInt}, CharAt},
    {"indexOf", true, K::kInt, 2, 3, {K::kString, K::kString, K::kInt}, Find},
    {"lastIndexOf", true, K::kInt, 2, 3, {K::kString, K::kString, K::kInt}, FindLast},
    {"substring", true, K::kString, 2, 3, {K::kString, K::kInt, K::kInt}, Substring},
    {"replace", true, K::kString, 3, 4, {K::kString, K::kString, K::kString, K::kInt}, Replace},
    {"split", true, K::kList, 2, 3, {K::kString, K::kString, K::kInt}, Split},
    {"join", true, K::kString, 1, 2, {K::kList, K::kString}, Join},
    {"lowerAscii", true, K::kString, 1, 1, {K::kString}, Ascii<'A', 'Z', 32>},
    {"upperAscii", true, K::kString, 1, 1, {K::kString}, Ascii<'a', 'z', -32>},
    {"reverse", true, K::kString, 1, 1, {K::kString}, Reverse},
    {"trim", true, K::kString, 1, 1, {K::kString}, Trim},
    {"format", true, K::kString, 2, 2, {K::kString, K::kList}, Format},
    {"strings.quote", false, K::kString, 1, 1, {K::kString}, Quote},
};

}  // namespace

absl::Span<const LibraryFunction> TextFunctions() { return kRows; }

}  // namespace cartwheel::cel
