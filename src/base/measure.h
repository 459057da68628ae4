// How long a text is to people (grapheme clusters) and to the media that carry it (characters, bytes of EUC-KR). Bytes that are not UTF-8 count
// as one character each, so that every function ends.
#pragma once

#include <cstddef>
#include <string_view>

namespace cartwheel {

// Where the character, or what a reader takes for one (a syllable of jamo, a flag, a family of emoji), that begins at `at` (< text.size()) ends.
size_t CharacterEnd(std::string_view text, size_t at);
size_t GraphemeEnd(std::string_view text, size_t at);  // Unicode TR29, extended grapheme clusters

size_t Characters(std::string_view text);
size_t Graphemes(std::string_view text);

// Bytes of one character in CP949, the EUC-KR that Korean carriers take; 0: it cannot be written there (emoji, most of the world's scripts).
size_t KoreanBytes(std::string_view character);

struct KoreanSize {
  size_t bytes = 0;             // of what can be written
  std::string_view unwritable;  // the first character that cannot; empty: there is none
};
KoreanSize MeasureKorean(std::string_view text);

}  // namespace cartwheel
