#include "cel/utf8.h"

namespace cartwheel::cel {
namespace {

bool IsSurrogate(uint32_t code_point) { return code_point >= 0xD800 && code_point <= 0xDFFF; }

}  // namespace

uint32_t NextCodePoint(std::string_view text, size_t* index) {
  size_t bytes = 0;
  const char32_t code_point = DecodeAt(text, *index, &bytes);
  *index += bytes;
  return code_point;
}

size_t FindBadUtf8(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    size_t begin = i;
    if (NextCodePoint(text, &i) == kBadCodePoint) return begin;
  }
  return std::string_view::npos;
}

size_t CountCodePoints(std::string_view text) {
  size_t count = 0;
  for (char c : text) count += (static_cast<uint8_t>(c) & 0xC0) != 0x80;
  return count;
}

bool AppendCodePoint(uint32_t code_point, std::string* out) {
  if (code_point > 0x10FFFF || IsSurrogate(code_point)) return false;
  auto put = [&](uint32_t byte) { out->push_back(static_cast<char>(byte)); };
  if (code_point < 0x80) {
    put(code_point);
  } else if (code_point < 0x800) {
    put(0xC0 | code_point >> 6), put(0x80 | (code_point & 0x3F));
  } else if (code_point < 0x10000) {
    put(0xE0 | code_point >> 12), put(0x80 | (code_point >> 6 & 0x3F)), put(0x80 | (code_point & 0x3F));
  } else {
    put(0xF0 | code_point >> 18), put(0x80 | (code_point >> 12 & 0x3F)), put(0x80 | (code_point >> 6 & 0x3F));
    put(0x80 | (code_point & 0x3F));
  }
  return true;
}

}  // namespace cartwheel::cel
