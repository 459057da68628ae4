#include "base/utf8.h"

#include <utf8proc.h>

namespace cartwheel {
namespace {

bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

}  // namespace

char32_t DecodeAt(std::string_view text, size_t at, size_t* bytes) {
  *bytes = 1;
  const auto first = static_cast<unsigned char>(text[at]);
  if (first < 0x80) return first;
  utf8proc_int32_t character = 0;
  const utf8proc_ssize_t length = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data() + at),
                                                   static_cast<utf8proc_ssize_t>(text.size() - at), &character);
  if (length <= 0) return kNotUtf8;
  *bytes = static_cast<size_t>(length);
  return static_cast<char32_t>(character);
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

size_t FindNotUtf8(std::string_view text) {
  for (size_t at = 0, bytes; at < text.size(); at += bytes)
    if (DecodeAt(text, at, &bytes) == kNotUtf8) return at;
  return text.npos;
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

std::string_view CutAtCharacter(std::string_view text, size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  size_t size = bytes_max;
  while (size > 0 && IsContinuation(text[size])) --size;
  return text.substr(0, size);
}

bool AppendUtf8(char32_t character, std::string* out) {
  const auto code = static_cast<utf8proc_int32_t>(character);
  if (!utf8proc_codepoint_valid(code)) return false;
  utf8proc_uint8_t bytes[4];
  const utf8proc_ssize_t size = utf8proc_encode_char(code, bytes);
  out->append(reinterpret_cast<const char*>(bytes), static_cast<size_t>(size));
  return true;
}

}  // namespace cartwheel
