// UTF-8, read one character after the other. Bytes that are not UTF-8 count as one character each, so that every
// function ends and never reads beyond the text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace cartwheel {

inline constexpr char32_t kNotUtf8 = 0xFFFFFFFF;

// Returns the character at `at` (< text.size()); *bytes is its length, 1 for a broken one, which reads as kNotUtf8.
char32_t DecodeAt(std::string_view text, size_t at, size_t* bytes);
// Returns the character that ends just before `end` (> 0).
char32_t DecodeBefore(std::string_view text, size_t end, size_t* bytes);
// Returns the character at *at (< text.size()), and moves *at to the next one.
inline char32_t NextCharacter(std::string_view text, size_t* at) {
  size_t bytes = 0;
  const char32_t character = DecodeAt(text, *at, &bytes);
  *at += bytes;
  return character;
}

// Returns the byte at which the text stops being UTF-8; npos when all of it is.
[[nodiscard]] size_t FindNotUtf8(std::string_view text);
[[nodiscard]] inline bool IsUtf8(std::string_view text) { return FindNotUtf8(text) == text.npos; }

[[nodiscard]] size_t CountCharacters(std::string_view text);
// Returns where the `count`-th character begins; text.size() when there are fewer.
[[nodiscard]] size_t CharacterOffset(std::string_view text, size_t count);
// Returns the longest beginning of at most `bytes_max` bytes that ends where a character ends.
[[nodiscard]] std::string_view CutAtCharacter(std::string_view text, size_t bytes_max);

// Appends a character. Returns false, and appends nothing, for a surrogate and beyond U+10FFFF: no text may hold them.
[[nodiscard]] bool AppendUtf8(char32_t character, std::string* out);

}  // namespace cartwheel
