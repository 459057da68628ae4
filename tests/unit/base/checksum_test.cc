#include "base/checksum.h"

#include <random>
#include <set>
#include <string>

#include "tests/catch.h"

using namespace cartwheel;

TEST_CASE("checksum: every flipped bit, every length and every exchange of bytes shows") {
  std::mt19937_64 random(5);
  for (const size_t size : {1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 200}) {
    std::string bytes(size, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    const uint32_t checksum = Checksum(bytes);
    CHECK(Checksum(bytes) == checksum);
    CHECK(Checksum(bytes + '\0') != checksum);
    CHECK(Checksum(bytes.substr(1)) != checksum);
    for (size_t bit = 0; bit < 8 * size; ++bit) {
      std::string flipped = bytes;
      flipped[bit / 8] ^= static_cast<char>(1 << bit % 8);
      CHECK(Checksum(flipped) != checksum);
    }
    for (size_t at = 1; at < size; ++at) {
      std::string exchanged = bytes;
      std::swap(exchanged[at - 1], exchanged[at]);
      CHECK((exchanged == bytes || Checksum(exchanged) != checksum));
    }
  }
}

TEST_CASE("checksum: zeroes of different lengths, and two flips at the top of two words, differ") {
  std::set<uint32_t> checksums;
  for (size_t size = 0; size < 1'000; ++size) checksums.insert(Checksum(std::string(size, '\0')));
  CHECK(checksums.size() == 1'000);
  const std::string zeroes(256, '\0');
  checksums = {Checksum(zeroes)};
  size_t pairs = 1;
  for (size_t a = 7; a < zeroes.size(); a += 8)
    for (size_t b = a + 8; b < zeroes.size(); b += 8, ++pairs) {
      std::string flipped = zeroes;
      flipped[a] = flipped[b] = '\x80';
      checksums.insert(Checksum(flipped));
    }
  CHECK(checksums.size() == pairs);
}
