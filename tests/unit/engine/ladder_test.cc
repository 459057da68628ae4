// The channels of `via` one after the other: by what becomes of a message, and by what the customer opened.
#include "tests/unit/engine/walked.h"

namespace cartwheel {
namespace {

constexpr std::string_view kReports = R"(, "channels": {"web_push": {"report_within": "3h"}})";

// One send by push and then SMS, accepted by the first a minute after it was made.
struct Ladder : Walked {
  explicit Ladder(std::string_view more = "", std::string_view policy = kNoRules)
      : Walked(fmt::format(R"({{"send": "a", "via": ["web_push", "sms"], "name": "push", "latest": "5h"}}{})", more),
               policy, kReports) {
    Fill(kDay0);
    RunTo(kDay0 + kMinuteMs);
    Take("web_push");
  }
  // What the first channel says of its message.
  void Report(OutcomeCode code, int64_t at_ms) {
    RunTo(at_ms);
    REQUIRE(engine().Settle({{last.id, last.token, code}}).ok());
    AdvanceTo(at_ms);
  }
};

}  // namespace

TEST_CASE(
    "ladder: a failure that is reported later leads to the next channel, a delivery, no report and unknown do not") {
  struct Case {
    std::string_view what;
    std::optional<OutcomeCode> code;
    int64_t at_ms;
    Lines outbox;
  };
  const std::string second = "ann/push@2:waiting", failed = "ann/push@0:failed";
  for (const Case& c : {Case{"failed", OutcomeCode::kFailedFinal, 2 * kHourMs, {failed, second}},
                        Case{"gone", OutcomeCode::kGone, 2 * kHourMs, {failed, second}},
                        Case{"suppressed", OutcomeCode::kSuppressed, 2 * kHourMs, {failed, second}},
                        Case{"rejected", OutcomeCode::kRejectMsg, 2 * kHourMs, {failed}},
                        Case{"too late", OutcomeCode::kFailedFinal, 4 * kHourMs, {failed}},
                        Case{"unknown", OutcomeCode::kUnknown, 2 * kHourMs, {"ann/push@0:accepted"}},
                        Case{"delivered", OutcomeCode::kDelivered, 2 * kHourMs, {"ann/push@0:delivered"}},
                        Case{"nothing", std::nullopt, 2 * kHourMs, {"ann/push@0:accepted"}}}) {
    INFO(c.what);
    Ladder shop;
    if (c.code) shop.Report(*c.code, kDay0 + c.at_ms);
    shop.RunTo(kDay0 + 4 * kHourMs);
    CHECK(shop.Outbox() == c.outbox);
  }
}

TEST_CASE("ladder: no next channel after the send's latest, and none without report_within") {
  Walked late(R"({"send": "a", "via": ["web_push", "sms"], "name": "push", "latest": "1h"})", kNoRules, kReports);
  Walked unset(R"({"send": "a", "via": ["web_push", "sms"], "name": "push", "latest": "5h"})");
  for (Walked* shop : {&late, &unset}) {
    shop->Fill(kDay0);
    shop->RunTo(kDay0 + kMinuteMs);
    shop->Take("web_push");
    shop->RunTo(kDay0 + 2 * kHourMs);
    REQUIRE(shop->engine().Settle({{shop->last.id, shop->last.token, OutcomeCode::kFailedFinal}}).ok());
    shop->AdvanceTo(kDay0 + 2 * kHourMs);
    CHECK(shop->Outbox() == Lines{"ann/push@0:failed"});
  }
}

TEST_CASE("ladder: a purchase stops it, and so does a later message of the walk") {
  Ladder bought;
  bought.RunTo(kDay0 + kHourMs);
  bought.Event("order_completed", "ann", kDay0 + kHourMs, R"({"cart_id":"c","order_id":"o"})");
  bought.Report(OutcomeCode::kFailedFinal, kDay0 + 2 * kHourMs);
  CHECK(bought.Outbox() == Lines{"ann/push@0:failed"});
  CHECK_FALSE(Has(bought.Query("why", "ann"), R"("decision":"revoked")"));
  Ladder overtaken(R"(, {"wait": "1h"}, {"send": "order", "via": ["sms"], "name": "later", "min_gap": "0s"})");
  overtaken.RunTo(kDay0 + kHourMs);
  overtaken.Report(OutcomeCode::kFailedFinal, kDay0 + 2 * kHourMs);
  CHECK(overtaken.Outbox() == Lines{"ann/push@0:failed", "ann/later@1:waiting"});
  CHECK_FALSE(Has(overtaken.Query("why", "ann"), R"("decision":"revoked")"));
}

TEST_CASE("ladder: a purchase in a journey without an exit stops it too, since the purpose has ended") {
  Ladder shop;
  shop.RunTo(kDay0 + kHourMs);
  shop.Event("cart_emptied", "ann", kDay0 + kHourMs, R"({"cart_id":"c"})");
  shop.Report(OutcomeCode::kFailedFinal, kDay0 + 2 * kHourMs);
  CHECK(shop.Outbox() == Lines{"ann/push@0:failed"});
}

TEST_CASE("ladder: what failed counts for no cap, what was accepted does from its hand-over on") {
  const std::string policy =
      fmt::format(R"({}, "caps": [{{"count": "messages", "class": "ad", "max": 1, "within": "1h"}}])", kNoRules);
  Ladder shop("", policy);
  shop.Report(OutcomeCode::kFailedFinal, kDay0 + 30 * kMinuteMs);
  CHECK(shop.Outbox() == Lines{"ann/push@0:failed", "ann/push@0.5:waiting"});
  Ladder open("", policy);  // its reports are still waited for when the window is over
  open.Fill(kDay0 + 2 * kHourMs, "ann", "second");
  open.RunTo(kDay0 + 2 * kHourMs);
  CHECK(open.Outbox() == Lines{"ann/push@0:accepted", "ann/push@2:waiting"});
}

TEST_CASE("ladder: on_failed with steps waits for the report, the walk otherwise does not") {
  for (const bool fails : {false, true}) {
    INFO(fails);
    Walked shop(R"({"send": "a", "via": ["web_push"], "name": "push", "latest": "5h",
                    "on_failed": [{"send": "order", "via": ["sms"], "name": "instead"}]},
                   {"wait": "1h"}, {"send": "order", "via": ["sms"], "name": "end", "min_gap": "0s"})",
                kNoRules, kReports);
    shop.Fill(kDay0);
    shop.RunTo(kDay0);
    shop.Take("web_push");
    shop.RunTo(kDay0 + 2 * kHourMs);
    CHECK(shop.Outbox().size() == 1);
    if (fails) {
      REQUIRE(shop.engine().Settle({{shop.last.id, shop.last.token, OutcomeCode::kRejectMsg}}).ok());
      shop.AdvanceTo(kDay0 + 2 * kHourMs);
      CHECK(shop.Outbox() == Lines{"ann/push@0:failed", "ann/instead@2:waiting"});
    } else {
      shop.RunTo(kDay0 + 3 * kHourMs);  // the wait counts from the plan, so its send is due at once
      CHECK(shop.Outbox() == Lines{"ann/push@0:accepted", "ann/end@3:waiting"});
    }
  }
}

TEST_CASE("ladder: wait_for failed hears of a failure only when no channel is left") {
  Ladder shop(
      R"(, {"wait_for": [{"failed": "push", "then": [{"send": "order", "via": ["sms"], "name": "came", "min_gap": "0s"}]}],
                    "within": "10h"})");
  shop.Report(OutcomeCode::kFailedFinal, kDay0 + kHourMs);
  CHECK(shop.Outbox() == Lines{"ann/push@0:failed", "ann/push@1:waiting"});
  shop.Take("sms", OutcomeCode::kFailedFinal);
  shop.RunTo(kDay0 + kHourMs + kMinuteMs);
  CHECK(shop.Outbox() == Lines{"ann/push@0:failed", "ann/push@1:failed", "ann/came@1:waiting"});
}

TEST_CASE("ladder: it goes on after a crash, and in the customer that the device became") {
  Ladder crashed;
  crashed.Crash();
  crashed.Report(OutcomeCode::kFailedFinal, kDay0 + kHourMs);
  CHECK(crashed.Outbox().size() == 2);
  Walked merged(R"({"send": "a", "via": ["web_push", "sms"], "name": "push", "latest": "5h"})", kNoRules, kReports);
  merged.DeviceEvent("product_added", "d", kDay0, R"({"cart_id":"c","product_id":"p"})");
  merged.RunTo(kDay0 + kMinuteMs);
  merged.Take("web_push");
  merged.Identify("ann", "d", kDay0 + kMinuteMs);
  merged.RunTo(kDay0 + kHourMs);
  REQUIRE(merged.engine().Settle({{merged.last.id, merged.last.token, OutcomeCode::kFailedFinal}}).ok());
  merged.AdvanceTo(kDay0 + kHourMs);
  CHECK(merged.Outbox().size() == 2);
}

TEST_CASE("prefer: the channel of the message that was opened last comes first, then the others in their order") {
  struct Case {
    std::string_view opened;  // the channel of the message of the walk before
    std::vector<std::string> channels;
  };
  for (const Case& c :
       {Case{"", {"web_push", "sms", "app_push"}}, Case{"web_push", {"web_push", "sms", "app_push"}},
        Case{"sms", {"sms", "web_push", "app_push"}}, Case{"app_push", {"app_push", "web_push", "sms"}}}) {
    INFO(c.opened);
    Walked shop(
        R"({"branch": [{"when": "cart.value == 1.0", "steps": [{"send": "a", "via": ["web_push"], "name": "w"}]},
                               {"when": "cart.value == 2.0", "steps": [{"send": "a", "via": ["sms"], "name": "s"}]},
                               {"when": "cart.value == 3.0", "steps": [{"send": "a", "via": ["app_push"], "name": "p"}]}],
                    "else": [{"send": "a", "via": ["web_push", "sms", "app_push"], "name": "all", "latest": "20h", "prefer": "last_opened"}]})");
    int64_t hour = 0;
    for (int turn = 0; turn < 6 && !c.opened.empty(); ++turn) {  // all are opened, the one of the case last
      constexpr std::string_view kAll[] = {"web_push", "sms", "app_push"};
      const std::string_view channel = kAll[turn % 3];
      if ((channel == c.opened) != (turn >= 3)) continue;
      const int64_t at_ms = kDay0 + hour++ * kHourMs;
      shop.Fill(at_ms, "ann", channel, turn % 3 + 1);
      shop.RunTo(at_ms);
      shop.Take(channel);
      shop.Engage("message_opened", at_ms + kMinuteMs);
    }
    shop.Fill(kDay0 + 3 * kHourMs, "ann", "c", 4);
    shop.RunTo(kDay0 + 3 * kHourMs);
    for (const std::string& channel : c.channels) {
      const std::vector<Message> claimed = shop.Claim(channel);
      REQUIRE(claimed.size() == 1);
      REQUIRE(shop.engine().Settle({{claimed[0].id, claimed[0].token, OutcomeCode::kFailedFinal}}).ok());
      shop.AdvanceTo(kDay0 + 3 * kHourMs);
    }
    for (const std::string& channel : c.channels) CHECK(shop.Claim(channel).empty());
  }
}

}  // namespace cartwheel
