// UTF-8, read one character after the other. Bytes that are not UTF-8 count as one character each, so that every
// function ends and never reads beyond the text.
#pragma once

#include <cstddef>
#include <string_view>

namespace cartwheel {

inline constexpr char32_t kNotUtf8 = 0xFFFFFFFF;

// The character at `at` (< text.size()); *bytes is its length, 1 for a broken one, which reads as kNotUtf8.
char32_t DecodeAt(std::string_view text, size_t at, size_t* bytes);
// The character that ends just before `end` (> 0).
char32_t DecodeBefore(std::string_view text, size_t end, size_t* bytes);
bool IsUtf8(std::string_view text);

size_t CountCharacters(std::string_view text);
// Where the `count`-th character begins; text.size() when there are fewer.
size_t CharacterOffset(std::string_view text, size_t count);

}  // namespace cartwheel
