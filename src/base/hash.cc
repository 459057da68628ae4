#include "base/hash.h"

#include <cstring>

#include "fmt/format.h"

namespace cartwheel {
namespace {

constexpr HashKey kDigestKeyLow{0x6361727477686565u, 0x6c2d6c6f772d3031u};
constexpr HashKey kDigestKeyHigh{0x6361727477686565u, 0x6c2d686967682d31u};

uint64_t RotateLeft(uint64_t x, int bits) { return (x << bits) | (x >> (64 - bits)); }

uint64_t Load64(const char* p) {
  uint64_t x;
  std::memcpy(&x, p, sizeof x);
  return x;
}

struct SipState {
  uint64_t v0, v1, v2, v3;
  void Round() {
    v0 += v1;
    v1 = RotateLeft(v1, 13) ^ v0;
    v0 = RotateLeft(v0, 32);
    v2 += v3;
    v3 = RotateLeft(v3, 16) ^ v2;
    v0 += v3;
    v3 = RotateLeft(v3, 21) ^ v0;
    v2 += v1;
    v1 = RotateLeft(v1, 17) ^ v2;
    v2 = RotateLeft(v2, 32);
  }
};

}  // namespace

uint64_t SipHash(const HashKey& key, std::string_view text) {
  SipState s{key.low ^ 0x736f6d6570736575u, key.high ^ 0x646f72616e646f6du, key.low ^ 0x6c7967656e657261u,
             key.high ^ 0x7465646279746573u};
  const char* p = text.data();
  size_t left = text.size();
  for (; left >= 8; p += 8, left -= 8) {
    uint64_t word = Load64(p);
    s.v3 ^= word;
    s.Round();
    s.Round();
    s.v0 ^= word;
  }
  uint64_t last = static_cast<uint64_t>(text.size()) << 56;
  for (size_t i = 0; i < left; ++i) last |= static_cast<uint64_t>(static_cast<unsigned char>(p[i])) << (8 * i);
  s.v3 ^= last;
  s.Round();
  s.Round();
  s.v0 ^= last;
  s.v2 ^= 0xff;
  for (int round = 0; round < 4; ++round) s.Round();
  return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

Digest SipDigest(std::string_view text) { return {SipHash(kDigestKeyLow, text), SipHash(kDigestKeyHigh, text)}; }

std::string ToHex(const Digest& digest) {
  std::string text(2 * sizeof(Digest), '0');
  auto digit = text.rbegin();
  for (uint64_t half : {digest.low, digest.high})
    for (size_t i = 0; i < 2 * sizeof half; ++i, half >>= 4) *digit++ = "0123456789abcdef"[half & 15];
  return text;
}

}  // namespace cartwheel
