// Numbers of the law that a playbook may set otherwise (`policy.packs`). What the law says of each, and which way is
// the stricter one, stands in core/policy/packs.cc.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace cartwheel {

// In the order of PackNumberRows. Times of day are minutes of it.
enum class PackNumber : uint8_t {
  kKoreaOpens,
  kKoreaCloses,
  kKoreaCutOff,
  kKoreaSaleMonths,
  kKoreaReconfirmMonths,
  kKoreaAge,
  kUnitedStatesAge,
  kFloridaMessagesMax,
  kCanadaSaleMonths,
  kEuropeSaleMonths,
  kEuropeAge,
};
inline constexpr size_t kPackNumberCount = 11;

// What a playbook says of them; of each that it does not name the law's number holds.
class PackNumbers {
 public:
  constexpr PackNumbers() { values_.fill(kLaw); }
  constexpr void Set(PackNumber number, int value) { values_[Place(number)] = static_cast<int16_t>(value); }
  constexpr bool has(PackNumber number) const { return values_[Place(number)] != kLaw; }
  constexpr int Or(PackNumber number, int law) const { return has(number) ? values_[Place(number)] : law; }
  friend constexpr bool operator==(const PackNumbers&, const PackNumbers&) = default;

 private:
  static constexpr int16_t kLaw = -1;
  static constexpr size_t Place(PackNumber number) { return static_cast<size_t>(number); }
  std::array<int16_t, kPackNumberCount> values_{};
};

}  // namespace cartwheel
