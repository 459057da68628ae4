#include "providers/message_mark.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

constexpr size_t kKeyDigits = 32;

bool IsKey(std::string_view text) {
  return text.size() == kKeyDigits &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool ReadNumber(std::string_view text, int64_t* number) {
  const bool digits =
      !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  return digits && absl::SimpleAtoi(absl::string_view(text.data(), text.size()), number);
}

}  // namespace

std::string WriteMark(const Message& message) {
  return fmt::format("{}.{}.{}", message.id, message.token, message.key);
}

bool ReadMark(std::string_view text, MessageMark* mark) {
  const size_t first = text.find('.');
  const size_t second = first == text.npos ? text.npos : text.find('.', first + 1);
  if (second == text.npos) return false;
  const std::string_view key = text.substr(second + 1);
  MessageMark read;
  if (!ReadNumber(text.substr(0, first), &read.id) || read.id == 0 || !IsKey(key) ||
      !ReadNumber(text.substr(first + 1, second - first - 1), &read.token))
    return false;
  read.key = std::string(key);
  *mark = std::move(read);
  return true;
}

}  // namespace cartwheel
