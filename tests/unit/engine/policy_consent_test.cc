// Consent through the engine: grants, refusals, withdrawals, devices, addresses, links.
#include "tests/unit/engine/policy_shop.h"

namespace cartwheel {

TEST_CASE("KR-01: without a grant no advertisement is made, and why says by which rule") {
  Ann shop;
  shop.Fill(kDay0);
  shop.RunTo(kDay0 + 2 * kHourMs);
  CHECK(shop.Outbox() == Lines{});
  INFO(shop.Why());
  CHECK(Has(shop.Why(), "no_consent: KR-01"));
}

TEST_CASE("KR-01: a grant of one medium is of no other") {
  Ann shop;
  shop.Grant("email");
  shop.Fill(kDay0);
  shop.RunTo(kDay0 + 2 * kHourMs);
  CHECK(shop.Claim("sms").empty());
  INFO(shop.Why());
  CHECK(shop.Claim("email").size() == 1);
}

TEST_CASE("a grant that cannot be read grants nothing, and a withdrawal that cannot be read withdraws everything") {
  Ann shop;
  shop.Consent("consent_granted", R"({"medium":"smss"})");
  shop.Consent("consent_granted", R"({"medium":["sms","fax"]})");
  shop.Consent("consent_granted", R"({"medium":"sms","scope":5})");
  shop.Fill(kDay0);
  shop.RunTo(kDay0 + 2 * kHourMs);
  CHECK(shop.Outbox() == Lines{});

  Ann other;
  other.Grant("sms");
  other.Grant("email");
  other.Consent("consent_withdrawn", R"({"medium":7})", kDay0 + 1);
  other.Fill(kDay0 + 2);
  other.RunTo(kDay0 + 2 * kHourMs);
  CHECK(other.Outbox() == Lines{});
}

TEST_CASE("KR-03: a withdrawal between the decision and the claim stops the message") {
  for (std::string_view type : {"consent_withdrawn", "consent_refused", "unsubscribed", "opt_out", "수신거부"}) {
    INFO(type);
    Ann shop;
    shop.Grant();
    shop.Fill(kDay0);
    shop.RunTo(kDay0 + kHourMs);
    REQUIRE(shop.Outbox() == Lines{"ann/remind@1:waiting"});
    shop.Consent(type, R"({"medium":"sms"})", kDay0 + kHourMs + 1);
    CHECK(shop.Claim("sms").empty());  // not folded yet
    shop.AdvanceTo(kDay0 + kHourMs + 2);
    CHECK(shop.Outbox() == Lines{"ann/remind@1:revoked"});
  }
}

TEST_CASE("KR-03: the word STOP that a customer writes back withdraws, other words do not") {
  for (const auto& [text, state] : {std::pair{"수신거부", "revoked"}, {"STOP", "revoked"}, {"고마워요", "waiting"}}) {
    Ann shop;
    shop.Grant();
    shop.Fill(kDay0);
    shop.RunTo(kDay0 + kHourMs);
    shop.Consent("message_received", fmt::format(R"({{"medium":"sms","text":"{}"}})", text), kDay0 + kHourMs + 1);
    shop.AdvanceTo(kDay0 + kHourMs + 2);
    CHECK(shop.Outbox() == Lines{fmt::format("ann/remind@1:{}", state)});
  }
}

TEST_CASE("an opt-out link: its token names the recipient, also after a login, and only a POST withdraws") {
  const std::string key(64, 'a');
  for (const std::string_view method : {"POST", "GET"}) {
    for (const bool logs_in : {false, true}) {
      INFO(method << logs_in);
      Ann shop(Said{.steps = R"({"wait": "1h"}, {"send": "remind", "via": ["email", "sms"], "latest": "9h"})"});
      shop.options().token_key = key;
      shop.Reopen();
      shop.DeviceEvent("endpoint_added", "d", kDay0, R"({"channel":"email","address":"d@x.kr"})");
      shop.DeviceEvent("consent_granted", "d", kDay0, R"({"medium":"email"})");
      shop.DeviceEvent("product_added", "d", kDay0, R"({"cart_id":"c","product_id":"p","price":1000})");
      shop.RunTo(kDay0 + kHourMs);
      const auto messages = shop.Claim("email");
      REQUIRE(messages.size() == 1);
      const std::string& payload = messages[0].payload;
      const size_t begin = payload.find("https://s.kr/o/") + std::string_view("https://s.kr/o/").size();
      const std::string token = payload.substr(begin, payload.find_first_of("\\\" <", begin) - begin);
      CHECK(token.size() > 40);
      shop.Accept(messages);
      if (logs_in) shop.Identify("ann", "d", kDay0 + 2 * kHourMs);
      shop.AdvanceTo(kDay0 + 2 * kHourMs);
      REQUIRE(shop.Raw(fmt::format(R"({{"type":"unsubscribed","properties":{{"token":"{}","method":"{}"}}}})", token,
                                   method))
                  .accepted == 1);
      shop.AdvanceTo(kDay0 + 3 * kHourMs);
      QueryRequest why{.query = "why"};
      (logs_in ? why.customer : why.anonymous_id) = logs_in ? "ann" : "d";
      const auto answer = shop.engine().Query(why);
      REQUIRE(answer.ok());
      CHECK(Has(*answer, "withdrawn email ad") == (method == "POST"));
    }
  }
  Ann shop;
  CHECK(shop.Raw(R"({"type":"unsubscribed","properties":{"token":"x","method":"POST"}})").rejected.size() == 1);
}

TEST_CASE("a link that was only opened withdraws nothing (RFC 8058)") {
  Ann shop;
  shop.Grant();
  shop.Fill(kDay0);
  shop.RunTo(kDay0 + kHourMs);
  shop.Consent("unsubscribed", R"({"method":"GET"})", kDay0 + kHourMs + 1);
  shop.AdvanceTo(kDay0 + kHourMs + 2);
  CHECK(shop.Outbox() == Lines{"ann/remind@1:waiting"});
}

TEST_CASE("a withdrawal by the address alone stops the message to it before and after it is folded") {
  Ann shop;
  shop.Grant();
  shop.Fill(kDay0);
  shop.RunTo(kDay0 + kHourMs);
  REQUIRE(
      shop.Raw(fmt::format(
                   R"({{"type":"consent_withdrawn","at":{},"properties":{{"medium":"sms","address":"01012345678"}}}})",
                   kDay0 + kHourMs + 1))
          .accepted == 1);
  shop.clock().Set(kDay0 + kHourMs + 1);
  CHECK(shop.Claim("sms").empty());
  shop.AdvanceTo(kDay0 + kHourMs + 2);
  CHECK(shop.Outbox() == Lines{"ann/remind@1:revoked"});
}

TEST_CASE(
    "a withdrawal by the address alone binds the next customer who registers the address, in any form of writing") {
  const std::string withdrawal =
      R"({"type":"consent_withdrawn","at":1767225600001,"properties":{"medium":"sms","address":"+82 10 1234 5678"}})";
  for (const bool known_before : {true, false}) {
    INFO(known_before);
    Ann shop;
    if (known_before) shop.Event("endpoint_added", "bob", kDay0 + 1, R"({"channel":"sms","address":"01012345678"})");
    REQUIRE(shop.Raw(withdrawal, kDay0 + 2).accepted == 1);
    shop.AdvanceTo(kDay0 + kMinuteMs);
    shop.Consent("consent_granted", R"({"medium":"sms"})", kDay0);
    shop.clock().Set(kDay0 + 2 * kHourMs);
    shop.Event("endpoint_added", "ann", kDay0 + 2 * kHourMs, R"({"channel":"sms","address":"010-1234-5678"})");
    shop.Fill(kDay0 + 3 * kHourMs);
    shop.RunTo(kDay0 + 5 * kHourMs);
    CHECK(shop.Claim("sms").empty());
    // Only a later word of her own lifts it.
    shop.Consent("consent_granted", R"({"medium":"sms"})", kDay0 + 6 * kHourMs);
    shop.Fill(kDay0 + 7 * kHourMs, "d");
    shop.RunTo(kDay0 + 9 * kHourMs);
    CHECK(shop.Claim("sms").size() == 1);
  }
}

TEST_CASE("who refused before an erasure is not written to when a list brings the person back") {
  for (const bool refused : {true, false}) {
    Ann shop(Said{.policy = R"("consent": "assumed_by_shop", "rules": ["KR"], "domestic": true)"});
    if (refused) shop.Consent("consent_withdrawn", R"({"medium":"sms"})", kDay0 + 1);
    shop.Event("erase", "ann", kDay0 + 2);
    shop.Event("endpoint_added", "ann", kDay0 + 3, R"({"channel":"sms","address":"010-1234-5678"})");
    shop.Fill(kDay0 + 4);
    shop.RunTo(kDay0 + 2 * kHourMs);
    CHECK(shop.Outbox().size() == (refused ? 0 : 1));
  }
}

TEST_CASE("who leaves the newsletter keeps the reminders of the cart") {
  Ann shop(Said{
      .more =
          R"(, "news": {"enter": {"on": "signed_up"}, "steps": [{"send": "news", "via": ["sms"], "latest": "2h"}]})"});
  shop.Grant();
  shop.Consent("consent_withdrawn", R"({"medium":"sms","scope":"ad","topic":"newsletter"})", kDay0 + 1);
  shop.Event("signed_up", "ann", kDay0 + 2);
  shop.Fill(kDay0 + 2);
  shop.RunTo(kDay0 + 2 * kHourMs);
  const Lines outbox = shop.Outbox();
  REQUIRE(outbox.size() == 1);
  CHECK(Has(outbox[0], "ann/remind"));
}

TEST_CASE("consent assumed by the shop replaces the proof and nothing else") {
  Ann shop(
      Said{.policy = R"("consent": "assumed_by_shop", "rules": ["KR"], "domestic": true, "opening_spread": "0s")"});
  shop.Fill(kDay0);
  shop.RunTo(kDay0 + kHourMs);
  CHECK(shop.Outbox() == Lines{"ann/remind@1:waiting"});
  shop.Consent("consent_withdrawn", R"({"medium":"sms"})", kDay0 + kHourMs + 1);
  shop.AdvanceTo(kDay0 + kHourMs + 2);
  CHECK(shop.Outbox() == Lines{"ann/remind@1:revoked"});

  Ann night(
      Said{.policy = R"("consent": "assumed_by_shop", "rules": ["KR"], "domestic": true, "opening_spread": "0s")"});
  night.Fill(kCutOff - kHourMs);
  night.RunTo(kOpening - 1);
  CHECK(night.Outbox() == Lines{});
}

TEST_CASE("a device's refusal stays its own after a login: it binds its push, and not the person's text messages") {
  Ann shop(Said{.steps = R"({"wait": "1h"}, {"send": "remind", "via": ["web_push", "sms"], "latest": "2h"})"});
  shop.DeviceEvent("endpoint_added", "d", kDay0, R"({"channel":"web_push","address":"https://push/d"})");
  shop.DeviceEvent("consent_refused", "d", kDay0 + 1, R"({"medium":"web_push"})");
  shop.Identify("ann", "d", kDay0 + 2);
  shop.Grant("sms");
  shop.Grant("web_push");
  shop.Fill(kDay0 + 3);
  shop.RunTo(kDay0 + 2 * kHourMs);
  CHECK(shop.Claim("web_push").empty());
  CHECK(shop.Claim("sms").size() == 1);
}

TEST_CASE("an erasure forgets consents, so that nothing may be sent") {
  Ann shop;
  shop.Grant();
  shop.Event("erase", "ann", kDay0 + 1);
  shop.Event("endpoint_added", "ann", kDay0 + 2, R"({"channel":"sms","address":"010-1234-5678"})");
  shop.Fill(kDay0 + 3);
  shop.RunTo(kDay0 + 2 * kHourMs);
  CHECK(shop.Outbox() == Lines{});
}

}  // namespace cartwheel
