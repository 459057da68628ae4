// How long a text is to people (grapheme clusters) and to carriers (bytes of EUC-KR); in characters: utf8.h. Bytes that
// are not UTF-8 count as one character each.
#pragma once

#include <cstddef>
#include <string_view>

namespace cartwheel {

// Where what a reader takes for a character (a syllable of jamo, a flag, a family of emoji) and begins at `at` (<
// text.size()) ends: an extended grapheme cluster of Unicode's TR29.
size_t GraphemeEnd(std::string_view text, size_t at);
size_t CountGraphemes(std::string_view text);

// Returns the columns that a terminal gives a character: 2 to Hangul, ideographs and emoji, 0 to what joins the one
// before it; 1 to a byte that is not UTF-8.
size_t ColumnsOf(char32_t character);

// Bytes of one character in CP949, the EUC-KR that Korean carriers take; 0: it cannot be written there (emoji, most of
// the world's scripts).
size_t KoreanBytes(std::string_view character);

struct KoreanSize {
  size_t bytes = 0;             // of what can be written
  std::string_view unwritable;  // the first character that cannot; empty: there is none
};
KoreanSize MeasureKorean(std::string_view text);

}  // namespace cartwheel
