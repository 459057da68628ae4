// Small helpers on ASCII and on places in a source, shared by the whole folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "base/utf8.h"

namespace cartwheel::liquid {

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
