// Names of the rule packs: the law of a country or region as data (packs.h), and sets of them. A recipient to whom
// several packs may apply is under the strictest of each of their rules.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string_view>

namespace cartwheel {

enum class Pack : uint8_t { kKorea, kUnitedStates, kCanada, kEurope };

// By enumerator: the name in the playbook's `policy.rules`.
inline constexpr std::string_view kPackNames[] = {"KR", "US", "CA", "EU"};
inline constexpr size_t kPackCount = std::size(kPackNames);

constexpr std::string_view PackName(Pack pack) { return kPackNames[static_cast<size_t>(pack)]; }

// Returns the pack of a name, empty for a name that is none.
[[nodiscard]] constexpr std::optional<Pack> FindPack(std::string_view name) {
  for (size_t i = 0; i < kPackCount; ++i) {
    if (kPackNames[i] == name) return static_cast<Pack>(i);
  }
  return std::nullopt;
}

// A set of packs, as bits.
class PackSet {
 public:
  constexpr PackSet() = default;
  constexpr explicit PackSet(Pack pack) : bits_(Bit(pack)) {}
  static constexpr PackSet All() { return FromBits((1 << kPackCount) - 1); }
  static constexpr PackSet FromBits(uint8_t bits) {
    PackSet set;
    set.bits_ = bits;
    return set;
  }
  constexpr bool has(Pack pack) const { return (bits_ & Bit(pack)) != 0; }
  constexpr bool meets(PackSet other) const { return (other.bits_ & bits_) != 0; }
  constexpr bool has_all_of(PackSet other) const { return (other.bits_ & ~bits_) == 0; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr void insert(Pack pack) { bits_ = static_cast<uint8_t>(bits_ | Bit(pack)); }
  constexpr uint8_t bits() const { return bits_; }
  friend constexpr bool operator==(PackSet, PackSet) = default;

 private:
  static constexpr uint8_t Bit(Pack pack) { return static_cast<uint8_t>(1 << static_cast<int>(pack)); }
  uint8_t bits_ = 0;
};

}  // namespace cartwheel
