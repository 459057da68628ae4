// Hashes of what is written down or leaves the process: SipHash-2-4 (Aumasson and Bernstein, 2012), whose value for a
// key and a text never changes. Tables in memory use absl::Hash.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cartwheel {

struct HashKey {
  uint64_t low = 0;
  uint64_t high = 0;
};

// A 128-bit name of something that must be the same in every replay (enrolments, messages).
struct Digest {
  uint64_t low = 0;
  uint64_t high = 0;
  friend bool operator==(const Digest&, const Digest&) = default;
};

[[nodiscard]] uint64_t SipHash(const HashKey& key, std::string_view text);
// SipHash-2-4 with 128 bits, as its authors define it.
[[nodiscard]] Digest SipHash128(const HashKey& key, std::string_view text);
[[nodiscard]] Digest SipDigest(std::string_view text);
std::string ToHex(const Digest& digest);                                  // 32 lower-case digits
[[nodiscard]] std::optional<Digest> DigestFromHex(std::string_view hex);  // nullopt: not 32 hexadecimal digits
std::string ToBytes(const Digest& digest);                                // 16 bytes
Digest DigestFromBytes(std::string_view bytes);                           // of ToBytes

// A bijection on 64 bits (the finalizer of SplitMix64): spreads integers, and makes jitter from a number that is known.
constexpr uint64_t Mix(uint64_t x) {
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

}  // namespace cartwheel
