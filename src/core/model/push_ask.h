// What was answered when a page asked for push permission. It stands beside the consents and is none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string_view>

namespace cartwheel {

// From the weakest to the strongest no.
enum class PushAnswer : uint8_t { kNone, kGranted, kDismissed, kDenied };
inline constexpr std::string_view kPushAnswerNames[] = {"", "granted", "dismissed", "denied"};

constexpr std::optional<PushAnswer> FindPushAnswer(std::string_view name) {
  for (size_t i = 1; i < std::size(kPushAnswerNames); ++i)
    if (kPushAnswerNames[i] == name) return static_cast<PushAnswer>(i);
  return std::nullopt;
}

struct PushAsk {
  int64_t at_ms = 0;  // 0: never
  PushAnswer answer = PushAnswer::kNone;
  // Keeps the later one; of the same instant the stronger no.
  void Take(const PushAsk& other) {
    if (other.at_ms > at_ms || (other.at_ms == at_ms && other.answer > answer)) *this = other;
  }
};

}  // namespace cartwheel
