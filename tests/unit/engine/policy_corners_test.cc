// Corners of consent that the simulation found: erasures, merges, addresses, devices and nights in orders that few
// think of.
#include "tests/unit/engine/policy_shop.h"

namespace cartwheel {

TEST_CASE("KR-03: a refusal that is dated before an erasure and heard after it binds") {
  for (std::string_view type : {"consent_withdrawn", "consent_refused", "unsubscribed", "message_received"}) {
    INFO(type);
    Ann shop;
    shop.clock().Set(kDay0 + kMinuteMs);
    shop.Event("erase", "ann", kDay0 + kMinuteMs);
    shop.Event("endpoint_added", "ann", kDay0 + 2 * kMinuteMs, R"({"channel":"sms","address":"010-1234-5678"})");
    shop.Consent("consent_granted", R"({"medium":"sms"})", kDay0 + 3 * kMinuteMs);
    shop.Consent(type, R"({"medium":"sms","text":"STOP"})", kDay0);
    shop.Fill(kDay0 + 5 * kMinuteMs);
    shop.RunTo(kDay0 + 2 * kHourMs);
    INFO(shop.Why());
    CHECK(shop.Outbox() == Lines{});
  }
}

TEST_CASE("KR-03: a link that was only opened, and other words, bind no customer after an erasure either") {
  Ann shop;
  shop.clock().Set(kDay0 + kMinuteMs);
  shop.Event("erase", "ann", kDay0 + kMinuteMs);
  shop.Event("endpoint_added", "ann", kDay0 + 2 * kMinuteMs, R"({"channel":"sms","address":"010-1234-5678"})");
  shop.Consent("consent_granted", R"({"medium":"sms"})", kDay0 + 3 * kMinuteMs);
  shop.Consent("unsubscribed", R"({"medium":"sms","method":"GET"})", kDay0);
  shop.Consent("message_received", R"({"medium":"sms","text":"thanks"})", kDay0);
  shop.Fill(kDay0 + 5 * kMinuteMs);
  shop.RunTo(kDay0 + 2 * kHourMs);
  CHECK(shop.Claim("sms").size() == 1);
}

TEST_CASE("KR-04: who withdraws the consent for the night gets nothing by night that was made under it") {
  Ann shop;
  shop.Grant();
  shop.Grant("sms", "ad_night");
  shop.Fill(kCutOff);
  shop.RunTo(kCutOff + kHourMs);
  REQUIRE(shop.Outbox().size() == 1);
  shop.Consent("consent_withdrawn", R"({"medium":"sms","scope":"ad_night"})", kCutOff + kHourMs);
  CHECK(shop.Claim("sms").empty());
  shop.AdvanceTo(kCutOff + kHourMs + kMinuteMs);
  CHECK(shop.Claim("sms").empty());
}

TEST_CASE("KR-03: what a device refused binds its push address when it is another person's") {
  Ann shop;
  shop.DeviceEvent("consent_refused", "tablet", kDay0, R"({"medium":"web_push"})");
  shop.Identify("bob", "tablet", kDay0 + 1);
  shop.Identify("ann", "tablet", kDay0 + 2);
  shop.Raw(fmt::format(
      R"({{"type":"endpoint_added","customer":"ann","anonymous_id":"tablet","at":{},"properties":{{"channel":"web_push","address":"https://push/1"}}}})",
      kDay0 + 3));
  shop.Grant("web_push");
  REQUIRE(
      shop.engine()
          .Load(Book({.steps = R"({"wait": "1h"}, {"send": "remind", "via": ["web_push", "sms"], "latest": "2h"})"}, 2))
          .ok());
  shop.Fill(kDay0 + kMinuteMs);
  shop.RunTo(kDay0 + 2 * kHourMs);
  INFO(shop.Why());
  CHECK(shop.Claim("web_push").empty());
}

TEST_CASE("KR-03: a grant that was heard before its address refused is not lifted by the merge with who had it") {
  Ann shop;
  shop.Consent("consent_granted", R"({"medium":"sms"})", kDay0 + 2 * kHourMs);
  shop.Event("endpoint_removed", "ann", kDay0 + kHourMs, R"({"channel":"sms","address":"010-1234-5678"})");
  shop.DeviceEvent("endpoint_added", "phone", kDay0 + 2 * kHourMs, R"({"channel":"sms","address":"010-1111-2222"})");
  shop.Raw(fmt::format(
      R"({{"type":"consent_withdrawn","at":{},"properties":{{"medium":"sms","address":"01011112222"}}}})", kDay0));
  shop.AdvanceTo(kDay0 + 3 * kHourMs);
  shop.Identify("ann", "phone", kDay0 + 3 * kHourMs);
  shop.Fill(kDay0 + 3 * kHourMs);
  shop.RunTo(kDay0 + 5 * kHourMs);
  INFO(shop.Why());
  CHECK(shop.Claim("sms").empty());
}

TEST_CASE("KR-03: a push address is of the device that registered it last, whichever is heard last") {
  for (const bool phone_is_newest : {true, false}) {
    for (const bool merged : {true, false}) {  // the tablet registered it before it was known whose it is
      INFO("the phone's registration is the newest: " << phone_is_newest << ", the tablet is merged: " << merged);
      Ann shop({.steps = R"({"wait": "1h"}, {"send": "remind", "via": ["web_push", "sms"], "latest": "2h"})"});
      auto registered = [&](std::string_view customer, std::string_view device, int64_t at_ms) {
        shop.Raw(fmt::format(
            R"({{"type":"endpoint_added",{}"anonymous_id":"{}","at":{},"properties":{{"channel":"web_push","address":"https://push/1"}}}})",
            customer, device, at_ms));
      };
      shop.DeviceEvent("consent_refused", "phone", kDay0, R"({"medium":"web_push"})");
      shop.Identify("ann", "phone", kDay0 + kMinuteMs);
      shop.Grant("web_push");
      shop.clock().Set(kDay0 + 11 * kMinuteMs);
      registered(R"("customer":"ann",)", "phone", kDay0 + (phone_is_newest ? 10 : 5) * kMinuteMs);
      registered(merged ? "" : R"("customer":"ann",)", "tablet", kDay0 + (phone_is_newest ? 5 : 10) * kMinuteMs);
      shop.Identify("ann", "tablet", kDay0 + 11 * kMinuteMs);
      shop.Fill(kDay0 + 11 * kMinuteMs);
      shop.RunTo(kDay0 + 2 * kHourMs);
      INFO(shop.Why());
      CHECK(shop.Claim("web_push").empty() == phone_is_newest);
    }
  }
}

TEST_CASE("KR-01: what a device granted before the erasure of its person is forgotten when it is identified") {
  Ann shop;
  shop.DeviceEvent("consent_granted", "phone", kDay0, R"({"medium":"web_push"})");
  shop.Event("erase", "ann", kDay0 + kMinuteMs);
  shop.Identify("ann", "phone", kDay0 + 2 * kMinuteMs);
  shop.Raw(fmt::format(
      R"({{"type":"endpoint_added","customer":"ann","anonymous_id":"phone","at":{},"properties":{{"channel":"web_push","address":"https://push/1"}}}})",
      kDay0 + 3 * kMinuteMs));
  REQUIRE(
      shop.engine()
          .Load(Book({.steps = R"({"wait": "1h"}, {"send": "remind", "via": ["web_push", "sms"], "latest": "2h"})"}, 2))
          .ok());
  shop.Fill(kDay0 + 4 * kMinuteMs);
  shop.RunTo(kDay0 + 2 * kHourMs);
  INFO(shop.Why());
  CHECK(shop.Claim("web_push").empty());
}

TEST_CASE("quiet holds back also what may have arrived and would be tried again") {
  Ann shop;
  shop.Grant();
  shop.Fill(kDay0);
  shop.RunTo(kDay0 + kHourMs);
  auto claimed = shop.engine().Claim({.channel = "sms", .max = 1, .lease_ms = 60'000, .idempotency_ms = kHourMs});
  REQUIRE(claimed.ok());
  REQUIRE(claimed->messages.size() == 1);
  const Message message = claimed->messages[0];
  REQUIRE(shop.engine().Settle({{message.id, message.token, OutcomeCode::kUnknown}}).status().ok());
  REQUIRE(shop.engine().Load(Book({.policy = R"("rules": ["KR"], "domestic": true, "quiet": true)"}, 2)).ok());
  shop.AdvanceTo(kDay0 + kHourMs + 20 * kMinuteMs);
  claimed = shop.engine().Claim({.channel = "sms", .max = 1, .lease_ms = 60'000, .idempotency_ms = kHourMs});
  REQUIRE(claimed.ok());
  CHECK(claimed->messages.empty());
}

TEST_CASE("a customer of whom only a shop's system spoke is in the segments of a new playbook") {
  Shop shop;
  shop.Event("identify", "ann", kDay0, R"({"vip":true})");
  shop.AdvanceTo(kDay0 + 1);
  std::string playbook = RemindersOnly();
  playbook.replace(playbook.find(R"("revision": 1)"), 13,
                   R"("revision": 2, "segments": {"vips": "customer.attributes.vip == true"})");
  REQUIRE(shop.engine().Load(playbook).ok());
  shop.AdvanceTo(kDay0 + 2);
  auto kept = shop.engine().Query({.query = "segment", .segment = "vips"});
  REQUIRE(kept.ok());
  CHECK(Has(*kept, R"("customer":"ann")"));
}

}  // namespace cartwheel
