#include "core/model/suppression.h"

#include <algorithm>
#include <random>

#include "base/time.h"
#include "cartwheel/limits.h"
#include "tests/catch.h"

namespace cartwheel {
namespace {

constexpr Digest kAddress{1, 2};
constexpr auto kAd = MessageClass::kAdvertisement;
constexpr auto kOther = MessageClass::kTransactional;

struct Said {
  AddressWord word;
  int64_t at_ms;
};

Suppressions After(const std::vector<Said>& said) {
  Suppressions suppressions;
  for (const Said& one : said) TakeWord(suppressions, "email", kAddress, one.word, one.at_ms);
  return suppressions;
}

Reason Why(const std::vector<Said>& said, MessageClass message_class = kAd) {
  return WhySuppressed(After(said), EndpointFingerprint(kAddress), message_class).reason;
}

}  // namespace

TEST_CASE("a bounce and a block keep every message from an address, a complaint advertisements only") {
  using enum AddressWord;
  CHECK(Why({{kBounced, 5}}) == Reason::kBounced);
  CHECK(Why({{kBounced, 5}}, kOther) == Reason::kBounced);
  CHECK(Why({{kBlocked, 5}}) == Reason::kAddressBlocked);
  CHECK(Why({{kBlocked, 5}}, kOther) == Reason::kAddressBlocked);
  CHECK(Why({{kComplained, 5}}) == Reason::kComplained);
  CHECK(Why({{kComplained, 5}}, kOther) == Reason::kNone);
  CHECK(Why({{kDelivered, 5}}) == Reason::kNone);
  CHECK(WhySuppressed(After({{kBounced, 5}}), EndpointFingerprint({3, 4}), kAd).reason == Reason::kNone);
}

TEST_CASE("a release lifts what was said up to it, and nothing that was said later") {
  using enum AddressWord;
  CHECK(Why({{kBounced, 5}, {kReleased, 5}}) == Reason::kNone);
  CHECK(Why({{kReleased, 5}, {kBounced, 6}}) == Reason::kBounced);
  CHECK(Why({{kBounced, 6}, {kReleased, 5}}) == Reason::kBounced);
}

TEST_CASE("softer bounces suppress after three that lie seven days apart, unless something was delivered since") {
  using enum AddressWord;
  const int64_t day = kDayMs;
  CHECK(Why({{kSoftBounce, day}, {kSoftBounce, 4 * day}, {kSoftBounce, 8 * day - 1}}) == Reason::kNone);
  CHECK(Why({{kSoftBounce, day}, {kSoftBounce, 4 * day}, {kSoftBounce, 8 * day}}) == Reason::kBounced);
  CHECK(Why({{kSoftBounce, day}, {kSoftBounce, 8 * day}}) == Reason::kNone);
  CHECK(Why({{kSoftBounce, day}, {kSoftBounce, day}, {kSoftBounce, 8 * day}}) == Reason::kNone);  // told twice
  CHECK(Why({{kSoftBounce, day}, {kDelivered, 2 * day}, {kSoftBounce, 4 * day}, {kSoftBounce, 8 * day}}) ==
        Reason::kNone);
  CHECK(Why({{kSoftBounce, day}, {kSoftBounce, 4 * day}, {kSoftBounce, 8 * day}, {kReleased, 9 * day}}) ==
        Reason::kNone);
}

TEST_CASE("what is known of an address is the same whatever the order in which it was said") {
  std::mt19937_64 random(1);
  for (int run = 0; run < 200; ++run) {
    std::vector<Said> said;
    for (size_t i = 0; i < 14; ++i)
      said.push_back({static_cast<AddressWord>(random() % 6), static_cast<int64_t>(random() % 30) * kDayMs});
    const Suppressions one = After(said);
    std::shuffle(said.begin(), said.end(), random);
    const Suppressions other = After(said);
    CHECK(one[0].soft_bounces == other[0].soft_bounces);
    CHECK(one[0].soft_bounces.size() <= kSoftBouncesMax);
    for (const MessageClass message_class : {kAd, kOther}) {
      const SuppressedBy a = WhySuppressed(one[0], message_class), b = WhySuppressed(other[0], message_class);
      CHECK((a.reason == b.reason && a.since_ms == b.since_ms));
    }
    // Heard by two rows that turn out to be one.
    Suppressions first = After({said.begin(), said.begin() + 7});
    AdoptSuppressions(first, After({said.begin() + 7, said.end()}), 0);
    CHECK(first[0].soft_bounces == one[0].soft_bounces);
    CHECK(WhySuppressed(first[0], kAd).reason == WhySuppressed(one[0], kAd).reason);
  }
}

TEST_CASE("a row keeps so many addresses, and forgets first what binds nothing") {
  Suppressions suppressions;
  TakeWord(suppressions, "sms", {1000, 1}, AddressWord::kDelivered, 900);
  for (uint64_t i = 0; i < kSuppressionsMax; ++i)
    TakeWord(suppressions, "sms", {2 * i, 1}, AddressWord::kBounced, static_cast<int64_t>(10 + i));
  CHECK(suppressions.size() == kSuppressionsMax);
  CHECK(WhySuppressed(suppressions, 1, kAd).reason == Reason::kBounced);
  TakeWord(suppressions, "sms", {5000, 1}, AddressWord::kBounced, 1000);
  CHECK(suppressions.size() == kSuppressionsMax);
  CHECK(WhySuppressed(suppressions, 1, kAd).reason == Reason::kNone);  // the oldest
}

TEST_CASE("the status of a bounce says whether it may pass") {
  for (std::string_view soft :
       {"4.2.2", "5.2.2", "452 4.2.2 over quota", "4.4.1", "421", "450 try later", "smtp; 4.7.0"})
    CHECK(IsSoftStatus(soft));
  for (std::string_view hard : {"", "5.1.1", "550", "550 5.1.1 no such user", "5.2.1", "5.12.2", "45", "x4.2.22"})
    CHECK_FALSE(IsSoftStatus(hard));
  for (std::string_view bad : {"5.1.1", "550 5.1.10.5.1.1 5.1.2 no", "550-5.1.3", "(5.2.1)"})
    CHECK(SaysBadAddress(bad));
  for (std::string_view other : {"", "5.7.1", "4.1.1", "15.1.1", "5.1.12", "no such user"})
    CHECK_FALSE(SaysBadAddress(other));
}

}  // namespace cartwheel
