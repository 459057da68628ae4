// UTF-8 by hand, as little as the language needs: strings are counted in code points, columns too.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/utf8.h"

namespace cartwheel::cel {

inline constexpr uint32_t kBadCodePoint = kNotUtf8;

// The code point that begins at *index, which moves after it; kBadCodePoint (and one byte further) when the bytes are
// not UTF-8. *index < text.size().
uint32_t NextCodePoint(std::string_view text, size_t* index);
// The byte at which the text stops being UTF-8; npos when all of it is.
size_t FindBadUtf8(std::string_view text);
// Assumes UTF-8: counts the bytes that are not continuations.
size_t CountCodePoints(std::string_view text);
// False for surrogates and beyond U+10FFFF, which no text may hold.
bool AppendCodePoint(uint32_t code_point, std::string* out);

}  // namespace cartwheel::cel
