#include "cel/literal.h"

#include <charconv>
#include <limits>
#include <optional>

#include "base/place.h"
#include "base/utf8.h"
#include "fmt/format.h"

namespace cartwheel::cel {
namespace {

struct Escape {
  char letter, meaning;
};
constexpr Escape kEscapes[] = {{'a', '\a'}, {'b', '\b'},  {'f', '\f'}, {'n', '\n'}, {'r', '\r'},  {'t', '\t'},
                               {'v', '\v'}, {'\\', '\\'}, {'?', '?'},  {'"', '"'},  {'\'', '\''}, {'`', '`'}};

struct Coded {  // an escape that spells a number
  char letter;
  size_t digits;
  int base;
  bool in_bytes;
};
constexpr Coded kCoded[] = {{'x', 2, 16, true}, {'X', 2, 16, true}, {'u', 4, 16, false}, {'U', 8, 16, false}};

std::optional<uint32_t> Digits(std::string_view text, size_t digits, int base) {
  if (text.size() < digits) return std::nullopt;
  uint32_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + digits, number, base);
  if (error != std::errc() || end != text.data() + digits) return std::nullopt;
  return number;
}

// Resolves the escape whose letter stands at text[*index]; false when it is none.
bool Unescape(std::string_view text, bool bytes, size_t* index, std::string* out) {
  char letter = text[*index];
  for (const Escape& escape : kEscapes) {
    if (escape.letter != letter) continue;
    out->push_back(escape.meaning);
    ++*index;
    return true;
  }
  Coded coded{letter, 3, 8, true};  // \0 to \377
  size_t letters = 0;
  if (letter < '0' || letter > '3') {
    const Coded* found = nullptr;
    for (const Coded& candidate : kCoded)
      if (candidate.letter == letter) found = &candidate;
    if (found == nullptr || (bytes && !found->in_bytes)) return false;
    coded = *found;
    letters = 1;
  }
  std::optional<uint32_t> number = Digits(text.substr(*index + letters), coded.digits, coded.base);
  if (!number) return false;
  *index += letters + coded.digits;
  if (!bytes) return AppendUtf8(*number, out);
  out->push_back(static_cast<char>(*number));
  return true;
}

}  // namespace

absl::StatusOr<Value> ReadNumber(std::string_view source, const Token& token, bool negative) {
  std::string_view text = token.text(source);
  auto error = [&](std::string_view type) {
    return ErrorAt(source, token.begin,
                   fmt::format("{}{} does not fit in {}", negative ? "-" : "", token.text(source), type));
  };
  if (token.kind == TokenKind::kDouble) {
    double number = 0;
    auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc() || end != text.data() + text.size()) return error("a double");
    return Value::Double(negative ? -number : number);
  }
  bool is_uint = token.kind == TokenKind::kUint;
  if (is_uint) text.remove_suffix(1);
  bool hex = text.size() > 2 && (text[1] == 'x' || text[1] == 'X');
  if (hex) text.remove_prefix(2);
  uint64_t number = 0;
  auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number, hex ? 16 : 10);
  bool fits = failure == std::errc() && end == text.data() + text.size();
  if (is_uint) return fits ? absl::StatusOr<Value>(Value::Uint(number)) : error("a uint");
  constexpr uint64_t kMost = static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
  if (!fits || number > kMost + (negative ? 1 : 0)) return error("an int");
  return Value::Int(static_cast<int64_t>(negative ? 0 - number : number));
}

absl::StatusOr<std::string> ReadText(std::string_view source, const Token& token) {
  std::string_view text = token.text(source);
  bool bytes = token.kind == TokenKind::kBytes, raw = false;
  size_t quote = 0;
  for (; text[quote] != '"' && text[quote] != '\''; ++quote) raw |= text[quote] == 'r' || text[quote] == 'R';
  bool triple = text.size() >= quote + 6 && text[quote + 1] == text[quote] && text[quote + 2] == text[quote];
  size_t closing = triple ? 3 : 1;
  size_t begin = quote + closing;
  std::string_view inside = text.substr(begin, text.size() - closing - begin);
  if (raw) return std::string(inside);
  std::string out;
  for (size_t i = 0; i < inside.size();) {
    if (inside[i] != '\\') {
      out.push_back(inside[i++]);
      continue;
    }
    size_t escape = i++;
    if (i < inside.size() && Unescape(inside, bytes, &i, &out)) continue;
    size_t end = escape + 1;
    if (end < inside.size()) NextCharacter(inside, &end);
    return ErrorAt(source, token.begin + begin + escape,
                   fmt::format("\"{}\" is no escape of {}, write \"\\\\\" for a backslash",
                               inside.substr(escape, end - escape), bytes ? "bytes" : "a string"));
  }
  return out;
}

}  // namespace cartwheel::cel
