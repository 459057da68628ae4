#include "base/measure.h"

#include <iconv.h>
#include <utf8proc.h>

#include "base/utf8.h"

namespace cartwheel {
namespace {

// The C library's converter; one a thread, since it has a state.
struct Converter {
  iconv_t handle = iconv_open("CP949", "UTF-8");
  bool ok() const { return handle != reinterpret_cast<iconv_t>(-1); }
  ~Converter() {
    if (ok()) iconv_close(handle);
  }
};

}  // namespace

size_t GraphemeEnd(std::string_view text, size_t at) {
  size_t bytes = 0;
  char32_t before = DecodeAt(text, at, &bytes);
  utf8proc_int32_t state = 0;
  for (at += bytes; at < text.size() && before != kNotUtf8; at += bytes) {
    const char32_t after = DecodeAt(text, at, &bytes);
    if (after == kNotUtf8 || utf8proc_grapheme_break_stateful(static_cast<utf8proc_int32_t>(before),
                                                              static_cast<utf8proc_int32_t>(after), &state))
      break;
    before = after;
  }
  return at;
}

size_t CountGraphemes(std::string_view text) {
  size_t count = 0;
  for (size_t at = 0; at < text.size(); at = GraphemeEnd(text, at)) ++count;
  return count;
}

size_t ColumnsOf(char32_t character) {
  if (character == kNotUtf8) return 1;
  return static_cast<size_t>(utf8proc_charwidth(static_cast<utf8proc_int32_t>(character)));
}

size_t KoreanBytes(std::string_view character) {
  if (character.size() == 1) return static_cast<unsigned char>(character[0]) < 0x80 ? 1 : 0;
  size_t bytes = 0;
  if (const char32_t code = DecodeAt(character, 0, &bytes); code >= 0xAC00 && code <= 0xD7A3)
    return 2;  // every syllable
  thread_local Converter converter;
  if (!converter.ok()) return character.size() < 4 ? 2 : 0;  // no tables here: all but emoji
  char out[8], *to = out, *from = const_cast<char*>(character.data());
  size_t left = character.size(), room = sizeof out;
  if (iconv(converter.handle, &from, &left, &to, &room) != static_cast<size_t>(-1)) return sizeof out - room;
  iconv(converter.handle, nullptr, nullptr, nullptr, nullptr);
  return 0;
}

KoreanSize MeasureKorean(std::string_view text) {
  KoreanSize size;
  for (size_t at = 0, length; at < text.size(); at += length) {
    DecodeAt(text, at, &length);
    const std::string_view character = text.substr(at, length);
    const size_t bytes = KoreanBytes(character);
    if (bytes == 0 && size.unwritable.empty()) size.unwritable = character;
    size.bytes += bytes;
  }
  return size;
}

}  // namespace cartwheel
