// The state of consents against a slow judge that keeps every expression: a refusal is in force from its ingest, and
// only a grant lifts it that comes later and is dated later, or is dated later by more than the skew.
#include "core/model/consent.h"

#include <random>

#include "base/time.h"
#include "core/journey/consents.h"
#include "tests/catch.h"

namespace cartwheel {
namespace {

constexpr auto kSms = ConsentMedium::kSms;
constexpr auto kAd = ConsentScope::kAd;
constexpr ConsentUnit kSmsAd{static_cast<uint8_t>(kSms), static_cast<uint8_t>(kAd), 0, 0};
constexpr ConsentUnit kAll{Consent::kEveryMedium, Consent::kEveryScope, 0, 0};
constexpr int64_t kNow = 1'800'000'000'000;

ConsentState StateOf(const Consents& consents, uint64_t topic = 7, ConsentMedium medium = kSms) {
  return AskConsent(consents, medium, kAd, topic, 0).state;
}

struct Said {
  bool grant;
  ConsentUnit unit;
  int64_t at_ms;
};

bool Matches(uint8_t wide, uint8_t narrow, uint8_t every) { return wide == every || wide == narrow; }

// By definition, over all that was said in the order in which it came.
ConsentState Judge(const std::vector<Said>& all, ConsentMedium medium, uint64_t topic) {
  auto about = [&](const Said& said) {
    return Matches(said.unit.medium, static_cast<uint8_t>(medium), Consent::kEveryMedium) &&
           Matches(said.unit.scope, static_cast<uint8_t>(kAd), Consent::kEveryScope) &&
           (said.unit.topic == 0 || said.unit.topic == topic);
  };
  bool refused = false;
  for (const Said& said : all) refused = refused || (!said.grant && about(said));
  for (size_t g = 0; g < all.size(); ++g) {
    if (!all[g].grant || !about(all[g])) continue;
    bool lifts = true;
    for (size_t r = 0; r < all.size(); ++r) {
      if (all[r].grant || !about(all[r])) continue;
      const bool narrower = all[g].unit.topic == 0 && all[r].unit.topic != 0;  // a topic that was refused by its name
      const bool later = (g > r && all[g].at_ms > all[r].at_ms) || all[g].at_ms > all[r].at_ms + kConsentSkewMs;
      lifts = lifts && later && !narrower;
    }
    if (lifts) return ConsentState::kGranted;
  }
  return refused ? ConsentState::kRefused : ConsentState::kUnknown;
}

}  // namespace

TEST_CASE("nothing said is neither granted nor refused") { CHECK(StateOf({}) == ConsentState::kUnknown); }

TEST_CASE("a refusal is in force whatever the clock of the grant before it said, within the skew") {
  Consents consents;
  REQUIRE(GrantConsent(consents, kSmsAd, kNow + kConsentSkewMs));
  RefuseConsent(consents, kSmsAd, kNow);
  CHECK(StateOf(consents) == ConsentState::kRefused);
}

TEST_CASE("a grant that is dated later than a refusal by more than the skew stands, in whichever order they come") {
  Consents before, after;
  REQUIRE(GrantConsent(before, kSmsAd, kNow + kConsentSkewMs + 1));
  RefuseConsent(before, kSmsAd, kNow);
  RefuseConsent(after, kSmsAd, kNow);
  REQUIRE(GrantConsent(after, kSmsAd, kNow + kConsentSkewMs + 1));
  CHECK(StateOf(before) == ConsentState::kGranted);
  CHECK(StateOf(after) == ConsentState::kGranted);
}

TEST_CASE("a grant that was dated before a refusal and comes after it lifts nothing") {
  Consents consents;
  RefuseConsent(consents, kSmsAd, kNow);
  CHECK_FALSE(GrantConsent(consents, kSmsAd, kNow - 1));
  CHECK_FALSE(GrantConsent(consents, kSmsAd, kNow));
  CHECK(StateOf(consents) == ConsentState::kRefused);
  CHECK(GrantConsent(consents, kSmsAd, kNow + 1));
  CHECK(StateOf(consents) == ConsentState::kGranted);
}

TEST_CASE("a withdrawal of everything is of every medium, and a later grant lifts it for its own only") {
  Consents consents;
  RefuseConsent(consents, kAll, kNow);
  CHECK(StateOf(consents, 7, ConsentMedium::kEmail) == ConsentState::kRefused);
  REQUIRE(GrantConsent(consents, kSmsAd, kNow + 1));
  CHECK(StateOf(consents) == ConsentState::kGranted);
  CHECK(StateOf(consents, 7, ConsentMedium::kEmail) == ConsentState::kRefused);
}

TEST_CASE("who leaves the newsletter keeps the reminders of the cart") {
  Consents consents;
  REQUIRE(GrantConsent(consents, kSmsAd, kNow));
  ConsentUnit newsletter = kSmsAd;
  newsletter.topic = TopicFingerprint("newsletter");
  RefuseConsent(consents, newsletter, kNow + 1);
  CHECK(StateOf(consents, TopicFingerprint("newsletter")) == ConsentState::kRefused);
  CHECK(StateOf(consents, TopicFingerprint("cart")) == ConsentState::kGranted);
}

TEST_CASE("the state of any expressions is what the judge says", "[property]") {
  std::mt19937 random(20260101);
  auto up_to = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  int granted = 0, refused = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::vector<Said> all;
    Consents consents;
    for (int i = up_to(6); i >= 0; --i) {
      Said said{.grant = up_to(2) == 0, .unit = kSmsAd, .at_ms = kNow + up_to(9) * kConsentSkewMs / 3};
      said.unit.medium = static_cast<uint8_t>(up_to(2));
      said.unit.topic = static_cast<uint64_t>(up_to(3));
      if (!said.grant && up_to(4) == 0) said.unit.medium = Consent::kEveryMedium;
      if (!said.grant && up_to(4) == 0) said.unit.scope = Consent::kEveryScope;
      all.push_back(said);
      if (said.grant)
        GrantConsent(consents, said.unit, said.at_ms);
      else
        RefuseConsent(consents, said.unit, said.at_ms);
    }
    for (uint64_t topic : {uint64_t{1}, uint64_t{2}, uint64_t{3}}) {
      const ConsentState state = StateOf(consents, topic);
      CHECK(state == Judge(all, kSms, topic));
      granted += state == ConsentState::kGranted;
      refused += state == ConsentState::kRefused;
    }
  }
  CHECK(granted > 1000);
  CHECK(refused > 1000);
}

TEST_CASE("the words that ask for no more messages, and those that do not") {
  for (std::string_view word : {"STOP", "Stop.", " stop ", "UNSUBSCRIBE", "거부", "수신거부", "수신 거부!", "opt-out"})
    CHECK(AsksToStop(word));
  for (std::string_view word : {"", "please don't stop", "yes", "환불해 주세요", "거부하지 않아요"})
    CHECK_FALSE(AsksToStop(word));
}

}  // namespace cartwheel
