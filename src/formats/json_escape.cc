#include "formats/json_escape.h"

#include <charconv>
#include <cstdint>

#include "base/utf8.h"

namespace cartwheel::formats {
namespace {

constexpr char32_t kHighSurrogate = 0xD800, kLowSurrogate = 0xDC00, kSurrogateEnd = 0xE000;

// At the u of \uXXXX; leaves the place at the last digit of it, or of the pair that it begins.
bool UnescapeUnicode(std::string_view inside, size_t* at, std::string* out) {
  auto hex = [&](size_t digits_at, char32_t* c) {
    if (digits_at + 4 > inside.size()) return false;
    uint32_t unit = 0;
    const char* digits = inside.data() + digits_at;
    auto [end, error] = std::from_chars(digits, digits + 4, unit, 16);
    *c = unit;
    return error == std::errc() && end == digits + 4;
  };
  char32_t c = 0, low = 0;
  if (!hex(*at + 1, &c)) return false;
  *at += 4;
  if (c >= kLowSurrogate && c < kSurrogateEnd) return false;
  if (c >= kHighSurrogate && c < kLowSurrogate) {
    if (inside.substr(*at + 1, 2) != "\\u" || !hex(*at + 3, &low) || low < kLowSurrogate || low >= kSurrogateEnd)
      return false;
    *at += 6;
    c = 0x10000 + ((c - kHighSurrogate) << 10) + (low - kLowSurrogate);
  }
  return AppendUtf8(c, out);
}

}  // namespace

bool UnescapeJson(std::string_view inside, std::string* out) {
  for (size_t at = 0; at < inside.size(); ++at) {
    const size_t escape = std::min(inside.find('\\', at), inside.size());
    out->append(inside, at, escape - at);
    if (escape == inside.size()) return true;
    at = escape + 1;
    constexpr std::string_view kEscapes = "\"\\/bfnrt", kMeant = "\"\\/\b\f\n\r\t";
    if (at == inside.size()) return false;
    if (size_t known = kEscapes.find(inside[at]); known != kEscapes.npos) {
      out->push_back(kMeant[known]);
    } else if (inside[at] != 'u' || !UnescapeUnicode(inside, &at, out)) {
      return false;
    }
  }
  return true;
}

}  // namespace cartwheel::formats
