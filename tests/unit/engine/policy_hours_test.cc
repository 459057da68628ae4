// The gate's hours through the engine: deferral to an opening, policies that change, a quiet shop.
#include "tests/unit/engine/policy_shop.h"

namespace cartwheel {

TEST_CASE("KR-04: a send by night moves to the next opening, and its `latest` counts from there") {
  Ann shop;
  shop.Grant();
  shop.Fill(kCutOff - kHourMs);
  shop.RunTo(kOpening - 1);
  CHECK(shop.Outbox() == Lines{});
  CHECK(Has(shop.Why(), "closed: KR-04, by sms, until 2026-01-01T23:00:00Z"));
  shop.RunTo(kOpening);
  CHECK(shop.Outbox() == Lines{"ann/remind@23:waiting"});
  shop.clock().Set(kOpening + 2 * kHourMs - 1);
  CHECK(shop.Claim("sms").size() == 1);
}

TEST_CASE("KR-04: one instant before the cut-off it still leaves, and with a consent for the night by night too") {
  Ann before;
  before.Grant();
  before.Fill(kCutOff - kHourMs - kMinuteMs);
  before.RunTo(kCutOff);
  CHECK(before.Outbox().size() == 1);
  Ann night;
  night.Grant();
  night.Grant("sms", "ad_night");
  night.Fill(kCutOff);
  night.RunTo(kCutOff + kHourMs);
  CHECK(night.Outbox().size() == 1);
}

TEST_CASE("a purchase ends what waits for an opening") {
  Ann shop;
  shop.Grant();
  shop.Fill(kCutOff - kHourMs);
  shop.RunTo(kCutOff + kHourMs);
  shop.Event("order_completed", "ann", kCutOff + kHourMs, R"({"order_id":"o","cart_id":"c"})");
  shop.RunTo(kOpening + 3 * kHourMs);
  CHECK(shop.Outbox() == Lines{});
}

TEST_CASE("two sends that wait for one opening are one message: the later one") {
  Ann shop(Said{.steps = R"({"wait": "1h"}, {"send": "remind", "via": ["sms"], "latest": "2h"},
                            {"wait": "6h"}, {"send": "last", "via": ["sms"], "latest": "2h", "min_gap": "0s"})"});
  shop.Grant();
  shop.Fill(kCutOff - kHourMs);
  shop.RunTo(kOpening + kHourMs);
  CHECK(shop.Outbox() == Lines{"ann/last@23:waiting"});
  CHECK(Has(shop.Why(), "overtaken"));
}

TEST_CASE("`closed`: skip") {
  Ann shop(Said{.steps = R"({"wait": "1h"}, {"send": "remind", "via": ["sms"], "latest": "20h", "closed": "skip"})"});
  shop.Grant();
  shop.Fill(kCutOff - kHourMs);
  shop.RunTo(kOpening + kHourMs);
  CHECK(shop.Outbox() == Lines{});
  CHECK(Has(shop.Why(), "closed: KR-04"));
}

TEST_CASE("what an outage carried out of its hours is decided anew, and leaves at the next opening") {
  Ann shop(Said{.steps = R"({"wait": "1h"}, {"send": "remind", "via": ["sms"], "latest": "20h"})"});
  shop.Grant();
  shop.Fill(kCutOff - 2 * kHourMs);
  shop.RunTo(kCutOff - kHourMs);
  REQUIRE(shop.Outbox().size() == 1);
  shop.clock().Set(kCutOff);
  CHECK(shop.Claim("sms").empty());
  shop.RunTo(kOpening - 1);
  CHECK(shop.Claim("sms").empty());
  shop.RunTo(kOpening);
  shop.Claim("sms");  // it is decided anew: its text is of the night
  shop.RunTo(kOpening + 1);
  CHECK(shop.Claim("sms").size() == 1);
}

TEST_CASE("no message waits past the end of its hours without being taken back at a purchase") {
  Ann shop(Said{.steps = R"({"wait": "1h"}, {"send": "remind", "via": ["sms"], "latest": "20h"})"});
  shop.Grant();
  shop.Fill(kCutOff - 2 * kHourMs);
  shop.RunTo(kCutOff - kHourMs);
  shop.clock().Set(kCutOff);
  shop.Claim("sms");
  shop.AdvanceTo(kCutOff);
  shop.Event("order_completed", "ann", kCutOff + 1, R"({"order_id":"o","cart_id":"c"})");
  shop.RunTo(kOpening + kHourMs);
  CHECK(shop.Claim("sms").empty());
}

TEST_CASE("KR-04: no retry of an advertisement passes the end of its hours, also where its channel knows keys") {
  for (const auto& [after_ms, again] : {std::pair{5 * kMinuteMs, 0}, {-3 * kMinuteMs, 1}}) {
    Ann shop(Said{.steps = R"({"wait": "1h"}, {"send": "remind", "via": ["sms"], "latest": "20h"})"});
    shop.Grant();
    shop.Fill(kCutOff - 2 * kHourMs);
    shop.RunTo(kCutOff - kHourMs);
    ClaimOptions claim{.channel = "sms"};
    claim.idempotency_ms = 6 * kHourMs;
    shop.clock().Set(kCutOff - 10 * kMinuteMs);
    const auto tried = shop.engine().Claim(claim);
    REQUIRE(tried->messages.size() == 1);
    REQUIRE(shop.engine().Settle({{tried->messages[0].id, tried->messages[0].token, OutcomeCode::kUnknown}}).ok());
    shop.RunTo(kCutOff + after_ms);
    CHECK(shop.engine().Claim(claim)->messages.size() == static_cast<size_t>(again));
    if (again == 0) CHECK(shop.Outbox() == Lines{"ann/remind@10.833333333333334:unknown"});
  }
}

TEST_CASE("a load with another policy acts on the outbox at once: what waits is judged anew") {
  Ann shop;
  shop.Grant();
  shop.Fill(kDay0);
  shop.RunTo(kDay0 + kHourMs);
  REQUIRE(shop.Outbox().size() == 1);
  auto load = [&](int revision, const std::string& policy) {
    REQUIRE(shop.engine().Load(Book(Said{.policy = policy}, revision)).ok());
  };
  load(2, R"("rules": ["KR"], "domestic": true, "quiet": true)");
  CHECK(shop.Claim("sms").empty());
  shop.AdvanceTo(kDay0 + kHourMs + kMinuteMs);
  CHECK(shop.Claim("sms").empty());
  load(3, R"("rules": ["KR"], "domestic": true, "hours": "10:00-20:00")");
  shop.RunTo(kDay0 + 2 * kHourMs + kMinuteMs);
  shop.Claim("sms");
  shop.RunTo(kDay0 + 2 * kHourMs + 2 * kMinuteMs);
  CHECK(shop.Claim("sms").size() == 1);
}

TEST_CASE("a load with the same policy judges nothing anew") {
  Ann shop;
  shop.Grant();
  shop.Fill(kDay0);
  shop.RunTo(kDay0 + kHourMs);
  REQUIRE(shop.engine().Load(Book(Said{}, 2)).ok());
  CHECK(shop.Claim("sms").size() == 1);
}

TEST_CASE("quiet: advertisements wait, and others do not") {
  Ann shop(Said{.policy = R"("rules": ["KR"], "domestic": true, "quiet": true)"});
  shop.Grant();
  shop.Fill(kDay0);
  shop.RunTo(kDay0 + 2 * kHourMs);
  CHECK(shop.Outbox() == Lines{});
  CHECK(Has(shop.Why(), "quiet"));
}

TEST_CASE("a quiet shop: `latest` counts from the planned moment, so that no reminder leaves days later") {
  for (const int64_t quiet_ms : {kHourMs, 3 * kHourMs}) {
    INFO(quiet_ms);
    Ann shop(Said{.policy = R"("rules": ["KR"], "domestic": true, "quiet": true)"});  // latest is 2 h
    shop.Grant();
    shop.Fill(kDay0);
    shop.RunTo(kDay0 + kHourMs + quiet_ms - kMinuteMs);
    REQUIRE(shop.engine().Load(Book(Said{}, 2)).ok());
    shop.RunTo(kDay0 + 2 * kHourMs + quiet_ms - kMinuteMs);
    CHECK(shop.Claim("sms").size() == (quiet_ms < 2 * kHourMs ? 1 : 0));
  }
}

TEST_CASE("`latest` counts from the first opening, however often the hours end before the channel takes the message") {
  // A day's hours are 12 h 50 min, so that what waits a whole day for its channel is out of time at the second opening.
  Ann shop(Said{.steps = R"({"wait": "1h"}, {"send": "remind", "via": ["sms"], "latest": "20h"})"});
  shop.Grant();
  shop.Fill(kCutOff - kHourMs);  // planned for the cut-off: deferred to the first opening
  shop.RunTo(kOpening);
  REQUIRE(shop.Outbox() == Lines{"ann/remind@23:waiting"});
  shop.RunTo(kOpening + 13 * kHourMs);
  shop.Claim("sms");  // its hours are over: it goes back to its step
  shop.RunTo(kOpening + kDayMs + kHourMs);
  shop.Claim("sms");
  shop.RunTo(kOpening + kDayMs + 2 * kHourMs);
  CHECK(shop.Claim("sms").empty());
  CHECK(Has(shop.Why(), "late KR-04"));
}

TEST_CASE("a message that goes back to its step by night may move to one opening") {
  Ann shop(Said{.steps = R"({"wait": "1h"}, {"send": "remind", "via": ["sms"], "latest": "14h"})"});
  shop.Grant();
  shop.Fill(kCutOff - 2 * kHourMs);
  shop.RunTo(kCutOff);
  shop.Claim("sms");
  shop.RunTo(kOpening + 13 * kHourMs);
  shop.Claim("sms");  // decided anew at the first opening, and out of its hours again
  shop.RunTo(kOpening + 13 * kHourMs + kMinuteMs);
  shop.Claim("sms");
  shop.RunTo(kOpening + kDayMs + kHourMs);
  shop.Claim("sms");
  shop.RunTo(kOpening + kDayMs + 2 * kHourMs);
  CHECK(shop.Claim("sms").empty());
}

TEST_CASE("a policy that is quiet holds advertisements, and no other message behind them on the channel") {
  const std::string note =
      R"(, "note": {"enter": {"on": "order_completed"}, "steps": [{"send": "order", "via": ["sms"], "latest": "2h"}]})";
  Ann shop(Said{.more = note});
  shop.Grant();
  for (int i = 0; i < 20; ++i) shop.Fill(kDay0, fmt::format("c{}", i));
  shop.RunTo(kDay0 + kHourMs);
  REQUIRE(shop.engine()
              .Load(Book(Said{.policy = R"("rules": ["KR"], "domestic": true, "quiet": true)", .more = note}, 2))
              .ok());
  shop.Event("order_completed", "bob", kDay0 + kHourMs, R"({"order_id":"o"})");
  shop.Event("endpoint_added", "bob", kDay0, R"({"channel":"sms","address":"010-9999-9999"})");
  shop.AdvanceTo(kDay0 + kHourMs + kMinuteMs);
  const auto messages = shop.Claim("sms", 5);
  REQUIRE(messages.size() == 1);
  CHECK(messages[0].customer == "bob");
}

}  // namespace cartwheel
