#include "base/checksum.h"

#include <bit>
#include <cstring>

#include "base/hash.h"

namespace cartwheel {
namespace {

constexpr size_t kWordBytes = 8;
constexpr size_t kStripeBytes = 2 * kWordBytes;
constexpr uint64_t kOdd = 0x9e3779b97f4a7c15u;
constexpr int kTurn = 29;

uint64_t WordAt(const char* p) {
  uint64_t word;
  std::memcpy(&word, p, kWordBytes);
  return word;
}

// For one state and one word a bijection of the other.
uint64_t TakeIn(uint64_t state, uint64_t word) { return std::rotl((state ^ word) * kOdd, kTurn); }

}  // namespace

uint32_t Checksum(std::string_view bytes) {
  uint64_t left = bytes.size(), right = ~left;  // two, so that the processor works on both at once
  const char* p = bytes.data();
  size_t rest = bytes.size();
  for (; rest >= kStripeBytes; rest -= kStripeBytes, p += kStripeBytes) {
    left = TakeIn(left, WordAt(p));
    right = TakeIn(right, WordAt(p + kWordBytes));
  }
  char end[kStripeBytes] = {};
  if (rest != 0) std::memcpy(end, p, rest);
  left = TakeIn(left, WordAt(end));
  right = TakeIn(right, WordAt(end + kWordBytes));
  return static_cast<uint32_t>(Mix(left ^ Mix(right)) >> 32);
}

}  // namespace cartwheel
