// What is wrong with a record, in one line, and where. Shared by all readers, so that every message has the same shape:
// where, what, what was expected.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace cartwheel::formats {

struct Problem {
  std::string code;
  std::string message;

  // Always false, so that a check can end with it.
  bool Set(std::string_view new_code, std::string_view new_message) {
    code = new_code;
    message = new_message;
    return false;
  }
};

// A place in a record: a chain on the stack that becomes text only when something is wrong there.
struct Path {
  static constexpr size_t kNoIndex = static_cast<size_t>(-1);

  const Path* parent = nullptr;
  std::string_view key;     // of a map, or
  size_t index = kNoIndex;  // of a list
};

// "properties.products[2].price"
std::string Describe(const Path& path);

// A JSON string of at most kQuotedBytesMax bytes of the text, valid UTF-8 whatever the text is, for messages.
inline constexpr size_t kQuotedBytesMax = 64;
std::string Quote(std::string_view text);
// The text with U+FFFD for every byte that is not UTF-8.
std::string ToValidUtf8(std::string_view text);

}  // namespace cartwheel::formats
