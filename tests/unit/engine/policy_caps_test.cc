// Caps through the engine: what counts, what gives back, what is reserved.
#include "tests/unit/engine/policy_shop.h"

namespace cartwheel {

TEST_CASE("a cap on messages counts what waits, what was accepted and what is unknown, and gives back what expired") {
  const Said said{
      .policy =
          R"("rules": ["KR"], "domestic": true, "caps": [{"count": "messages", "class": "ad", "max": 1, "within": "24h"}])",
      .steps = R"({"send": "remind", "via": ["sms"], "latest": "1h"})"};
  struct Case {
    std::string_view what;
    std::optional<OutcomeCode> outcome;
    size_t made;
  };
  for (const Case& c : {Case{"it waits", std::nullopt, 1}, Case{"accepted", OutcomeCode::kAccepted, 1},
                        Case{"unknown", OutcomeCode::kUnknown, 1}, Case{"failed", OutcomeCode::kFailedFinal, 2},
                        Case{"rejected", OutcomeCode::kRejectMsg, 2}}) {
    INFO(c.what);
    Ann shop(said);
    shop.Grant();
    shop.Fill(kDay0, "a");
    shop.AdvanceTo(kDay0 + kMinuteMs);
    if (c.outcome) {
      const auto messages = shop.Claim("sms");
      REQUIRE(messages.size() == 1);
      REQUIRE(shop.engine().Settle({{messages[0].id, messages[0].token, *c.outcome}}).status().ok());
      shop.AdvanceTo(kDay0 + 2 * kMinuteMs);
    }
    shop.Fill(kDay0 + 3 * kMinuteMs, "b");
    shop.AdvanceTo(kDay0 + 4 * kMinuteMs);
    CHECK(shop.Outbox().size() == c.made);
    INFO(shop.Why());
    CHECK(Has(shop.Why(), "capped") == (c.made == 1));
  }
}

TEST_CASE("a cap counts what was out when its walk ended, and from its hand-over whatever a reader's clock says") {
  for (const bool opened : {false, true}) {
    INFO(opened);
    Ann shop(Said{
        .policy =
            R"("rules": ["KR"], "domestic": true, "caps": [{"count": "messages", "class": "ad", "max": 1, "within": "24h"}])",
        .steps = R"({"send": "remind", "via": ["sms"], "latest": "1h"})"});
    shop.Grant();
    shop.Fill(kDay0, "a");
    shop.AdvanceTo(kDay0 + kMinuteMs);
    const auto messages = shop.Claim("sms");
    REQUIRE(messages.size() == 1);
    if (opened)
      shop.Event("message_opened", "ann", kDay0 - 30 * kHourMs, fmt::format(R"({{"message_id":{}}})", messages[0].id));
    else
      shop.Event("order_completed", "ann", kDay0 + kMinuteMs, R"({"order_id":"o","cart_id":"a"})");
    shop.AdvanceTo(kDay0 + kMinuteMs);
    shop.Accept(messages);
    shop.AdvanceTo(kDay0 + 2 * kMinuteMs);
    shop.Fill(kDay0 + 3 * kMinuteMs, "b");
    shop.AdvanceTo(kDay0 + 4 * kMinuteMs);
    CHECK(shop.Outbox() == Lines{"ann/remind@0.016666666666666666:accepted"});
    CHECK(Has(shop.Why(), "capped"));
  }
}

TEST_CASE("a cap counts what may have arrived and waits to be tried again, also when its walk ends meanwhile") {
  Ann shop(Said{
      .policy =
          R"("rules": ["KR"], "domestic": true, "caps": [{"count": "messages", "class": "ad", "max": 1, "within": "24h"}])",
      .steps = R"({"send": "remind", "via": ["sms"], "latest": "5h"})"});
  shop.Grant();
  shop.Fill(kDay0, "a");
  shop.AdvanceTo(kDay0 + kMinuteMs);
  auto claim = shop.engine().Claim({.channel = "sms", .max = 1, .lease_ms = 60'000, .idempotency_ms = kHourMs});
  REQUIRE(claim.ok());
  REQUIRE(claim->messages.size() == 1);
  REQUIRE(
      shop.engine().Settle({{claim->messages[0].id, claim->messages[0].token, OutcomeCode::kUnknown}}).status().ok());
  REQUIRE(Has(shop.Outbox()[0], "waiting"));
  shop.Event("order_completed", "ann", kDay0 + kMinuteMs + 1, R"({"order_id":"o","cart_id":"a"})");
  shop.AdvanceTo(kDay0 + 2 * kMinuteMs);
  REQUIRE(Has(shop.Outbox()[0], "revoked"));
  shop.Fill(kDay0 + 3 * kMinuteMs, "b");
  shop.AdvanceTo(kDay0 + 4 * kMinuteMs);
  CHECK(shop.Outbox().size() == 1);
  CHECK(Has(shop.Why(), "capped"));
}

TEST_CASE("a cap counts a message that waits to be tried again at every moment, then from its last hand-over") {
  Ann shop(Said{
      .policy =
          R"("rules": ["KR"], "domestic": true, "caps": [{"count": "messages", "class": "ad", "max": 1, "within": "1h"}])",
      .steps = R"({"send": "remind", "via": ["sms"], "latest": "9h"})"});
  shop.Grant();
  shop.Fill(kDay0, "a");
  shop.AdvanceTo(kDay0);
  auto hand_over = [&](OutcomeCode code) {
    auto claim = shop.engine().Claim({.channel = "sms", .max = 1, .lease_ms = 60'000, .idempotency_ms = 9 * kHourMs});
    REQUIRE(claim.ok());
    REQUIRE(claim->messages.size() == 1);
    REQUIRE(shop.engine().Settle({{claim->messages[0].id, claim->messages[0].token, code}}).status().ok());
  };
  hand_over(OutcomeCode::kUnknown);
  const int64_t again_at_ms = kDay0 + 2 * kHourMs;
  shop.Fill(again_at_ms, "b");  // an hour after the first hand-over is over, and the message still waits
  shop.AdvanceTo(again_at_ms + kSecondMs);
  CHECK(shop.Outbox().size() == 1);
  hand_over(OutcomeCode::kAccepted);
  shop.Fill(again_at_ms + 59 * kMinuteMs, "c");
  shop.AdvanceTo(again_at_ms + 59 * kMinuteMs + kSecondMs);
  CHECK(shop.Outbox().size() == 1);
  shop.Fill(again_at_ms + 61 * kMinuteMs, "d");
  shop.AdvanceTo(again_at_ms + 61 * kMinuteMs + kSecondMs);
  CHECK(shop.Outbox().size() == 2);
}

TEST_CASE("a cap ends with its window") {
  Ann shop(
      Said{.policy = R"("rules": ["KR"], "domestic": true, "caps": [{"count": "messages", "max": 1, "within": "2h"}])",
           .steps = R"({"send": "remind", "via": ["sms"], "latest": "1h"})"});
  shop.Grant();
  shop.Fill(kDay0, "a");
  shop.AdvanceTo(kDay0);
  shop.Accept(shop.Claim("sms"));
  shop.Fill(kDay0 + 2 * kHourMs - 1, "b");
  shop.AdvanceTo(kDay0 + 2 * kHourMs - 1);
  CHECK(shop.Outbox().size() == 1);
  shop.Fill(kDay0 + 2 * kHourMs, "c");
  shop.AdvanceTo(kDay0 + 2 * kHourMs);
  CHECK(shop.Outbox().size() == 2);
}

TEST_CASE("what is reserved for reminders no newsletter uses up") {
  const std::string more =
      R"(, "news": {"enter": {"on": "signed_up"}, "reenter": "always", "steps": [{"send": "news", "via": ["sms"], "latest": "2h"}]})";
  Ann shop(Said{
      .policy =
          R"("rules": ["KR"], "domestic": true, "caps": [{"count": "messages", "class": "ad", "max": 2, "within": "24h"}],
                            "reserve": [{"cap": 0, "purpose": "cart", "keep": 1}])",
      .steps = R"({"send": "remind", "via": ["sms"], "latest": "2h"})",
      .more = more});
  shop.Grant();
  shop.Event("signed_up", "ann", kDay0);
  shop.AdvanceTo(kDay0 + kMinuteMs);
  shop.Event("signed_up", "ann", kDay0 + 2 * kMinuteMs);
  shop.AdvanceTo(kDay0 + 2 * kMinuteMs + kSecondMs);
  CHECK(shop.Outbox().size() == 1);
  shop.Fill(kDay0 + 3 * kMinuteMs);
  shop.AdvanceTo(kDay0 + 4 * kMinuteMs);
  CHECK(shop.Outbox().size() == 2);
}

TEST_CASE("a cap on entries: one walk of a journey in seven days") {
  Ann shop(Said{
      .policy =
          R"("rules": ["KR"], "domestic": true, "caps": [{"count": "entries", "per": "journey", "max": 1, "within": "7d"}])",
      .steps = R"({"send": "remind", "via": ["sms"], "latest": "1h"})"});
  shop.Grant();
  shop.Fill(kDay0, "a");
  shop.AdvanceTo(kDay0 + kMinuteMs);
  shop.Fill(kDay0 + kDayMs, "b");
  shop.AdvanceTo(kDay0 + kDayMs);
  CHECK(shop.Outbox().size() == 1);
  shop.Fill(kDay0 + 7 * kDayMs, "c");
  shop.AdvanceTo(kDay0 + 7 * kDayMs);
  CHECK(shop.Outbox().size() == 2);
}

TEST_CASE("a cap on entries: where too few entries are kept to prove it, no entry is taken") {
  const std::string other =
      R"(, "visit": {"enter": {"on": "page_viewed"}, "reenter": "always", "steps": [{"wait": "1s"}]})";
  Ann shop(Said{
      .policy =
          R"("rules": ["KR"], "domestic": true, "caps": [{"count": "entries", "journey": "cart", "per": "journey", "max": 1, "within": "7d"}])",
      .steps = R"({"send": "remind", "via": ["sms"], "latest": "2h"})",
      .more = other});
  shop.Grant();
  shop.Fill(kDay0, "a");
  for (int i = 1; i <= 40; ++i) {  // they push the entry of the cart out of what is kept
    shop.clock().Set(kDay0 + i * kMinuteMs);
    shop.Event("page_viewed", "ann", kDay0 + i * kMinuteMs);
    shop.AdvanceTo(kDay0 + i * kMinuteMs + 2 * kSecondMs);
  }
  REQUIRE(shop.Outbox().size() == 1);
  shop.Fill(kDay0 + kDayMs, "b");
  shop.AdvanceTo(kDay0 + kDayMs);
  CHECK(shop.Outbox().size() == 1);
}

TEST_CASE("two customers with one phone are one recipient for caps, whoever of them has it") {
  Ann shop(Said{
      .policy =
          R"("rules": ["KR"], "domestic": true, "caps": [{"count": "messages", "class": "ad", "max": 2, "within": "9h"}])",
      .steps = R"({"send": "remind", "via": ["sms", "email"], "latest": "1h"})"});
  auto join = [&](std::string_view who, int64_t at_ms) {
    shop.clock().Set(at_ms);
    shop.Event("endpoint_added", who, at_ms, R"({"channel":"sms","address":"+82 10 1234 5678"})");
    shop.AdvanceTo(at_ms);
  };
  auto remind = [&](std::string_view who, int64_t at_ms) -> size_t {
    shop.clock().Set(at_ms);
    shop.Event("product_added", who, at_ms, fmt::format(R"({{"cart_id":"{}","product_id":"p"}})", at_ms));
    shop.AdvanceTo(at_ms);
    size_t sent = 0;
    for (const std::string_view channel : {"sms", "email"}) {
      const auto messages = shop.Claim(channel);
      sent += messages.size();
      shop.Accept(messages);
      shop.AdvanceTo(at_ms + 1);
    }
    return sent;
  };
  for (std::string_view who : {"ann", "bob"})
    shop.Event("consent_granted", who, kDay0, R"({"medium":["sms","email"]})");
  CHECK(remind("ann", kDay0) == 1);
  join("bob", kDay0 + kHourMs);
  CHECK(remind("bob", kDay0 + 2 * kHourMs) == 1);
  CHECK(remind("bob", kDay0 + 3 * kHourMs) == 0);  // ann's and his
  CHECK(Has(shop.Query("why", "bob"), "capped"));
  CHECK_FALSE(Has(shop.Query("export", "bob"), R"("message":1,)"));  // ann's is nothing of his
  CHECK(remind("ann", kDay0 + 4 * kHourMs) == 1);                    // by mail
  join("ann", kDay0 + 5 * kHourMs);
  CHECK(remind("ann", kDay0 + 6 * kHourMs) == 0);  // her two, one of them told back by bob, and his
  shop.Reopen();
  CHECK(remind("ann", kDay0 + 10 * kHourMs) == 0);  // bob's of 02:00 and hers of 04:00
  CHECK(remind("ann", kDay0 + 11 * kHourMs + kSecondMs) == 1);
}

}  // namespace cartwheel
