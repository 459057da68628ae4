#include "base/measure.h"

#include <iconv.h>
#include <utf8proc.h>

namespace cartwheel {
namespace {

struct Decoded {
  utf8proc_int32_t code = -1;  // of a broken byte
  size_t bytes = 1;
};

Decoded Decode(std::string_view text, size_t at) {
  Decoded decoded;
  const auto read = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()) + at,
                                     static_cast<utf8proc_ssize_t>(text.size() - at), &decoded.code);
  if (read > 0) decoded.bytes = static_cast<size_t>(read);
  return decoded;
}

// The C library's converter; one a thread, since it has a state.
struct Converter {
  iconv_t handle = iconv_open("CP949", "UTF-8");
  bool ok() const { return handle != reinterpret_cast<iconv_t>(-1); }
  ~Converter() {
    if (ok()) iconv_close(handle);
  }
};

}  // namespace

size_t CharacterEnd(std::string_view text, size_t at) { return at + Decode(text, at).bytes; }

size_t GraphemeEnd(std::string_view text, size_t at) {
  Decoded before = Decode(text, at);
  utf8proc_int32_t state = 0;
  for (at += before.bytes; at < text.size() && before.code >= 0;) {
    const Decoded after = Decode(text, at);
    if (after.code < 0 || utf8proc_grapheme_break_stateful(before.code, after.code, &state)) break;
    at += after.bytes;
    before = after;
  }
  return at;
}

size_t Characters(std::string_view text) {
  size_t count = 0;
  for (size_t at = 0; at < text.size(); at = CharacterEnd(text, at)) ++count;
  return count;
}

size_t Graphemes(std::string_view text) {
  size_t count = 0;
  for (size_t at = 0; at < text.size(); at = GraphemeEnd(text, at)) ++count;
  return count;
}

size_t KoreanBytes(std::string_view character) {
  if (character.size() == 1) return static_cast<unsigned char>(character[0]) < 0x80 ? 1 : 0;
  if (const utf8proc_int32_t code = Decode(character, 0).code; code >= 0xAC00 && code <= 0xD7A3) return 2;  // every syllable
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
  for (size_t at = 0, end; at < text.size(); at = end) {
    end = CharacterEnd(text, at);
    const std::string_view character = text.substr(at, end - at);
    const size_t bytes = KoreanBytes(character);
    if (bytes == 0 && size.unwritable.empty()) size.unwritable = character;
    size.bytes += bytes;
  }
  return size;
}

}  // namespace cartwheel
