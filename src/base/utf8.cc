#include "base/utf8.h"

namespace cartwheel {
namespace {

bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

}  // namespace

char32_t DecodeAt(std::string_view text, size_t at, size_t* bytes) {
  auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  unsigned char first = byte(at);
  *bytes = 1;
  if (first < 0x80) return first;
  size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || at + length > text.size()) return kNotUtf8;
  char32_t c = first & (0xFF >> (length + 1));
  for (size_t i = 1; i < length; ++i) {
    if (!IsContinuation(text[at + i])) return kNotUtf8;
    c = (c << 6) | (byte(at + i) & 0x3F);
  }
  bool overlong = (length == 3 && c < 0x800) || (length == 4 && c < 0x10000);
  if (overlong || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) return kNotUtf8;
  *bytes = length;
  return c;
}

char32_t DecodeBefore(std::string_view text, size_t end, size_t* bytes) {
  for (size_t length = 1; length <= 4 && length <= end; ++length) {
    if (IsContinuation(text[end - length])) continue;
    char32_t c = DecodeAt(text.substr(0, end), end - length, bytes);
    if (c != kNotUtf8 && *bytes == length) return c;
    break;
  }
  *bytes = 1;
  return kNotUtf8;
}

bool IsUtf8(std::string_view text) {
  for (size_t at = 0, bytes; at < text.size(); at += bytes)
    if (DecodeAt(text, at, &bytes) == kNotUtf8) return false;
  return true;
}

size_t CountCharacters(std::string_view text) {
  size_t count = 0;
  for (size_t at = 0, bytes; at < text.size(); at += bytes, ++count) DecodeAt(text, at, &bytes);
  return count;
}

size_t CharacterOffset(std::string_view text, size_t count) {
  size_t at = 0;
  for (size_t bytes; at < text.size() && count > 0; at += bytes, --count) DecodeAt(text, at, &bytes);
  return at;
}

}  // namespace cartwheel
