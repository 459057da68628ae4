#include "base/delta.h"

#include <random>
#include <string>

#include "tests/catch.h"

using namespace cartwheel;

namespace {

std::string Delta(std::string_view base, std::string_view target) {
  std::string delta;
  WriteDelta(base, target, &delta);
  return delta;
}

std::string Applied(std::string_view base, std::string_view delta) {
  std::string target = "left over";
  REQUIRE(ApplyDelta(base, delta, &target));
  return target;
}

}  // namespace

TEST_CASE("A delta makes the later bytes of the earlier ones") {
  const std::string row = "a customer's row, in which there are names, carts, 12345678 and more";
  for (const std::string& target :
       {row, std::string(), std::string("x"), row + row, row.substr(20), "before " + row, row + " behind",
        std::string("a customer's row, in which there are names, TWO carts, 87654321 and more")}) {
    CHECK(Applied(row, Delta(row, target)) == target);
    CHECK(Applied("", Delta("", target)) == target);
  }
}

TEST_CASE("A delta is as small as what changed") {
  std::mt19937 random(3);
  std::string base(500, '\0');
  for (char& c : base) c = static_cast<char>(random());
  CHECK(Delta(base, base).size() <= 4);
  std::string replaced = base;
  replaced[100] ^= 1, replaced[300] ^= 1;
  CHECK(Delta(base, replaced).size() <= 20);
  CHECK(Delta(base, base.substr(0, 200) + "nine more" + base.substr(200)).size() <= 20);
  CHECK(Delta(base, base.substr(0, 200) + base.substr(240)).size() <= 10);
  // A field that is another and longer, with a new entry beside it, or fewer of what follows: all at one place.
  CHECK(Delta(base, base.substr(0, 200) + "0123456789abcdefghijklmnopqrst" + base.substr(206)).size() <= 45);
  CHECK(Delta(base, base.substr(0, 200) + "0123" + base.substr(320)).size() <= 15);
}

TEST_CASE("A delta of any two strings applies, whatever they are") {
  std::mt19937 random(11);
  for (int round = 0; round < 20'000; ++round) {
    std::string base(random() % 200, '\0');
    for (char& c : base) c = static_cast<char>(random() % 3);  // few letters: much agrees by accident
    std::string target = base;
    for (size_t edits = random() % 6; edits > 0; --edits) {
      const size_t at = random() % (target.size() + 1);
      if (random() % 2 == 0)
        target.insert(at, std::string(random() % 40, static_cast<char>(random() % 3)));
      else
        target.erase(at, random() % 40);
    }
    REQUIRE(Applied(base, Delta(base, target)) == target);
  }
}

TEST_CASE("Bytes that are no delta of this base are refused") {
  std::string target;
  const std::string delta = Delta("a longer base than the other", "a longer base than another");
  CHECK_FALSE(ApplyDelta("short", delta, &target));
  for (size_t size = 0; size < delta.size();
       ++size)  // a beginning may be a delta of another text, so any answer is good
    (void)ApplyDelta("a longer base than the other", delta.substr(0, size), &target);
  CHECK_FALSE(ApplyDelta("a longer base than the other", delta.substr(0, delta.size() - 1), &target));
}
