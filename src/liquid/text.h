// Small helpers on UTF-8 and on places in a source, shared by the whole folder. Bytes that are not UTF-8 count as one
// character each, so that every function ends and never reads beyond the text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/types/span.h"

namespace cartwheel::liquid {

inline constexpr char32_t kNotUtf8 = 0xFFFFFFFF;

// The character at `at` (< text.size()); *bytes is its length, 1 for a broken one, which reads as kNotUtf8.
char32_t DecodeAt(std::string_view text, size_t at, size_t* bytes);
// The character that ends just before `end` (> 0).
char32_t DecodeBefore(std::string_view text, size_t end, size_t* bytes);
bool IsUtf8(std::string_view text);

size_t CountCharacters(std::string_view text);
// Where the `count`-th character begins; text.size() when there are fewer.
size_t CharacterOffset(std::string_view text, size_t count);

inline bool IsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
inline bool IsDigit(char c) { return c >= '0' && c <= '9'; }
inline char LowerAscii(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
inline char UpperAscii(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }
std::string_view StripLeft(std::string_view text);
std::string_view StripRight(std::string_view text);
inline std::string_view Strip(std::string_view text) { return StripLeft(StripRight(text)); }

// "3:14", of a byte offset.
std::string Place(std::string_view source, size_t offset);
// InvalidArgument "3:14: message".
absl::Status ErrorAt(std::string_view source, size_t offset, std::string_view message);

// `, did you mean "josa"?` when one of the names is a likely slip of `name`, otherwise nothing.
std::string DidYouMean(std::string_view name, absl::Span<const std::string_view> names);

}  // namespace cartwheel::liquid
