#include "base/hash.h"

#include <set>

#include "base/string_map.h"
#include "tests/catch.h"

using namespace cartwheel;

TEST_CASE("SipHash-2-4 gives its authors' values") {
  // Key 00 01 … 0f; message 00 01 … of n bytes. n = 15 is the example of the paper's appendix A; the others are of the
  // vectors of the reference implementation (vectors_sip64, read as little-endian integers).
  HashKey key{0x0706050403020100u, 0x0f0e0d0c0b0a0908u};
  std::string message;
  auto of_length = [&](size_t length) {
    message.clear();
    for (size_t i = 0; i < length; ++i) message.push_back(static_cast<char>(i));
    return SipHash(key, message);
  };
  CHECK(of_length(15) == 0xa129ca6149be45e5u);
  CHECK(of_length(0) == 0x726fdb47dd0e0e31u);
  CHECK(of_length(1) == 0x74f839c593dc67fdu);
  CHECK(of_length(8) == 0x93f5f5799a932462u);
  CHECK(of_length(63) == 0x958a324ceb064572u);
}

TEST_CASE("SipHash-2-4 with 128 bits gives its authors' values") {
  // As `openssl mac -macopt size:16 SIPHASH` prints them: the bytes of the low half first, each half little-endian.
  HashKey key{0x0706050403020100u, 0x0f0e0d0c0b0a0908u};
  std::string message;
  for (char c = 0; c < 15; ++c) message.push_back(c);
  CHECK(SipHash128(key, "") == Digest{0xe6a825ba047f81a3u, 0x930255c71472f66du});
  CHECK(SipHash128(key, message) == Digest{0x11a8b03399e99354u, 0xd9c3cf970fec087eu});
  CHECK(ToBytes(SipHash128(key, "")).substr(0, 4) == "\xa3\x81\x7f\x04");
}

TEST_CASE("a digest is read back from its digits, and from nothing else") {
  const Digest digest{0x0123456789abcdefu, 0xfedcba9876543210u};
  CHECK(DigestFromHex(ToHex(digest)) == digest);
  CHECK(DigestFromBytes(ToBytes(digest)) == digest);
  for (std::string_view bad : {"", "0", "fedcba9876543210012345678_abcdef", "fedcba98765432100123456789abcde",
                               "-edcba98765432100123456789abcdef"})
    CHECK_FALSE(DigestFromHex(bad));
}

TEST_CASE("digests are fixed for a text and differ between texts") {
  CHECK(SipDigest("a") == SipDigest("a"));
  CHECK_FALSE(SipDigest("a") == SipDigest("b"));
  CHECK_FALSE(SipDigest("") == SipDigest(std::string_view("\0", 1)));
  CHECK(SipDigest("a").low != SipDigest("a").high);
  CHECK(ToHex({0x0123456789abcdefu, 0xfedcba9876543210u}) == "fedcba98765432100123456789abcdef");
  CHECK(ToHex({1, 0}) == "00000000000000000000000000000001");
}

TEST_CASE("Mix is a bijection that moves small numbers apart") {
  // The first output of SplitMix64 with seed 0 (its published test value).
  CHECK(Mix(0) == 0xe220a8397b1dcdafu);
  std::set<uint64_t> seen;
  for (uint64_t i = 0; i < 1000; ++i) seen.insert(Mix(i));
  CHECK(seen.size() == 1000);
}

TEST_CASE("maps are looked up by views") {
  StringMap<int> map;
  map["one two three"] = 3;
  std::string text = "one two three four";
  CHECK(map.find(std::string_view(text).substr(0, 13)) != map.end());
  CHECK(map.find(std::string_view(text)) == map.end());
}
