#include "base/normal_form.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>

#include "base/utf8.h"

namespace cartwheel {
namespace {

struct Range {
  char32_t first, last;
};
// Characters that form C leaves alone wherever they stand (NFC_Quick_Check is Yes, no combining marks): those of
// everyday texts.
constexpr Range kAlone[] = {
    {0, 0x2FF},       {0x400, 0x482},   {0x2002, 0x20CF}, {0x2190, 0x2328}, {0x2460, 0x2ADB}, {0x3000, 0x3029},
    {0x3030, 0x3098}, {0x309B, 0xA66E}, {0xAC00, 0xD7A3}, {0xFE0F, 0xFE0F}, {0xFF00, 0xFFEF}, {0x1F000, 0x1FAFF},
};

// A Hangul syllable up to U+D77F, or a Han character of U+4000 to U+9FFF, told by its first two bytes.
bool IsPlainAsian(std::string_view text, size_t at) {
  if (at + 2 >= text.size()) return false;
  const auto lead = static_cast<unsigned char>(text[at]), second = static_cast<unsigned char>(text[at + 1]);
  return (lead >= 0xE4 && lead <= 0xE9) || (lead == 0xEA && second >= 0xB0) || lead == 0xEB || lead == 0xEC ||
         (lead == 0xED && second < 0x9E);
}

}  // namespace

bool IsSurelyComposed(std::string_view text) {
  constexpr unsigned char kLatinLeadMax = 0xCB;  // leads U+02FF and below
  for (size_t at = 0, bytes; at < text.size(); at += bytes) {
    bytes = 1;
    const auto lead = static_cast<unsigned char>(text[at]);
    if (lead < 0x80) continue;
    if (IsPlainAsian(text, at)) {
      bytes = 3;
      continue;
    }
    const char32_t c = DecodeAt(text, at, &bytes);
    if (lead <= kLatinLeadMax) continue;
    if (std::none_of(std::begin(kAlone), std::end(kAlone),
                     [&](const Range& range) { return c >= range.first && c <= range.last; }))
      return false;
  }
  return true;
}

std::string ComposedForm(std::string_view text) {
  if (IsSurelyComposed(text)) return std::string(text);
  utf8proc_uint8_t* made = nullptr;
  const utf8proc_ssize_t bytes =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()), static_cast<utf8proc_ssize_t>(text.size()),
                   &made, static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
  if (bytes < 0) return std::string(text);
  std::string composed(reinterpret_cast<const char*>(made), static_cast<size_t>(bytes));
  std::free(made);
  return composed;
}

bool IsAddress(std::string_view text) {
  const size_t scheme = text.find("://");
  return scheme != text.npos && scheme > 0 && text.find_first_of(" \t\r\n") == text.npos &&
         std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(scheme), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '-' ||
                  c == '.';
         });
}

}  // namespace cartwheel
