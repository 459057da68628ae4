#include "base/hash.h"

#include <charconv>
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
  explicit SipState(const HashKey& key)
      : v0(key.low ^ 0x736f6d6570736575u),
        v1(key.high ^ 0x646f72616e646f6du),
        v2(key.low ^ 0x6c7967656e657261u),
        v3(key.high ^ 0x7465646279746573u) {}
  uint64_t v0, v1, v2, v3;

  void Take(std::string_view text) {
    const char* p = text.data();
    size_t left = text.size();
    for (; left >= 8; p += 8, left -= 8) Word(Load64(p));
    uint64_t last = static_cast<uint64_t>(text.size()) << 56;
    for (size_t i = 0; i < left; ++i) last |= static_cast<uint64_t>(static_cast<unsigned char>(p[i])) << (8 * i);
    Word(last);
  }
  uint64_t Finish(uint64_t constant) {
    v2 ^= constant;
    for (int round = 0; round < 4; ++round) Round();
    return v0 ^ v1 ^ v2 ^ v3;
  }

 private:
  void Word(uint64_t word) {
    v3 ^= word;
    Round();
    Round();
    v0 ^= word;
  }
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
  SipState s(key);
  s.Take(text);
  return s.Finish(0xff);
}

Digest SipHash128(const HashKey& key, std::string_view text) {
  SipState s(key);
  s.v1 ^= 0xee;
  s.Take(text);
  const uint64_t low = s.Finish(0xee);
  s.v1 ^= 0xdd;
  return {low, s.Finish(0)};
}

Digest SipDigest(std::string_view text) { return {SipHash(kDigestKeyLow, text), SipHash(kDigestKeyHigh, text)}; }

std::string ToHex(const Digest& digest) {
  std::string text(2 * sizeof(Digest), '0');
  auto digit = text.rbegin();
  for (uint64_t half : {digest.low, digest.high})
    for (size_t i = 0; i < 2 * sizeof half; ++i, half >>= 4) *digit++ = "0123456789abcdef"[half & 15];
  return text;
}

std::optional<Digest> DigestFromHex(std::string_view hex) {
  constexpr size_t kDigits = 2 * sizeof(uint64_t);
  if (hex.size() != 2 * kDigits) return std::nullopt;
  Digest digest;
  uint64_t* const halves[] = {&digest.high, &digest.low};
  for (size_t i = 0; i < 2; ++i) {
    const char* begin = hex.data() + i * kDigits;
    const auto [end, error] = std::from_chars(begin, begin + kDigits, *halves[i], 16);
    if (error != std::errc() || end != begin + kDigits) return std::nullopt;
  }
  return digest;
}

std::string ToBytes(const Digest& digest) {
  std::string bytes;
  for (uint64_t half : {digest.low, digest.high})
    for (size_t i = 0; i < sizeof half; ++i, half >>= 8) bytes.push_back(static_cast<char>(half & 0xff));
  return bytes;
}

Digest DigestFromBytes(std::string_view bytes) {
  return {Load64(bytes.data()), Load64(bytes.data() + sizeof(uint64_t))};
}

}  // namespace cartwheel
