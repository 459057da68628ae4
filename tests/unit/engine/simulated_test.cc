// What the simulation has found: each the shortest way to it.
#include "tests/unit/engine/policy_shop.h"

namespace cartwheel {
namespace {

// A journey by the calendar beside one that adds to an audience.
constexpr std::string_view kBook = R"json({
  "playbook": 1, "revision": 1, "policy": {"consent": "assumed_by_shop", "rules": []},
  "shop": {"name": "S", "timezone": "UTC"},
  "segments": {"asked": "'promo' in customer.audiences"},
  "templates": {"news": {"purpose": "news", "sms": "n"}},
  "journeys": {
    "daily": {"enter": {"schedule": {"cron": "0 1 * * *"}}, "steps": [{"send": "news", "via": ["sms"]}]},
    "asks": {"enter": {"on": "looked"}, "steps": [{"add_to": "promo"}]}}
})json";

}  // namespace

TEST_CASE("schedule: who came back after an erasure does not enter for what occurred before it") {
  Shop shop(NewMemoryStore(), kBook);
  shop.AdvanceTo(kDay0);
  shop.Event("page_viewed", "ann", kDay0);
  shop.AdvanceTo(kDay0 + 30 * kMinuteMs);
  shop.Event("erase", "ann", kDay0 + 2 * kHourMs);  // the worker is away
  shop.Event("page_viewed", "ann", kDay0 + 3 * kHourMs);
  shop.Event("page_viewed", "bea", kDay0 + 30 * kMinuteMs);
  shop.RunTo(kDay0 + 4 * kHourMs);
  for (const std::string& line : shop.Outbox()) CHECK_FALSE(Has(line, "ann/"));
  shop.RunTo(kDay0 + 26 * kHourMs);
  for (const std::string& line : shop.Outbox()) UNSCOPED_INFO(line);
  std::string outbox;
  for (const std::string& line : shop.Outbox()) outbox += line + "\n";
  CHECK(Has(outbox, "ann/news@25"));
}

TEST_CASE("query evaluate: an audience is not taken for that of the customer before") {
  Shop shop(NewMemoryStore(), kBook);
  shop.AdvanceTo(kDay0);
  shop.Event("looked", "ann", kDay0);
  shop.Event("page_viewed", "bea", kDay0);
  shop.AdvanceTo(kDay0 + kSecondMs);
  const auto judged = shop.engine().Query({.query = "evaluate", .expression = "'promo' in customer.audiences"});
  REQUIRE(judged.ok());
  CHECK(Has(*judged, R"("members":[{"customer":"ann"}],"count":1)"));
}

TEST_CASE("KR-04: a notice that may have arrived is tried again by day") {
  Said said;
  said.templates = R"(, "result": {"class": "notice", "sms": "{{ consent.action }}"})";
  said.notices = R"("result": {"send": "result", "via": ["sms"]}, "reconfirm": {"i_have_checked": "ours"})";
  Ann shop(said);
  shop.Grant();
  shop.RunTo(kDay0 + kHourMs);
  const std::vector<Message> first = shop.Claim("sms");
  REQUIRE(first.size() == 1);
  REQUIRE(shop.engine().Settle({{first[0].id, first[0].token, OutcomeCode::kUnknown}}).ok());
  shop.AdvanceTo(kCutOff);
  CHECK(shop.Claim("sms").empty());
  shop.AdvanceTo(kOpening - 1);
  CHECK(shop.Claim("sms").empty());
  shop.AdvanceTo(kDay0 + 25 * kHourMs);
  const std::vector<Message> again = shop.Claim("sms");
  REQUIRE(again.size() == 1);
  CHECK(again[0].key == first[0].key);
}

}  // namespace cartwheel
