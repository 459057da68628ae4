// What became of a message, as a wait sees it: when it came true, of which visit, and of a message that was never made.
#include "tests/unit/engine/walked.h"

namespace cartwheel {
namespace {

constexpr std::string_view kLate = R"("timeout": [{"send": "b", "via": ["sms"], "name": "late", "min_gap": "0s"}])";

}  // namespace

TEST_CASE("wait_for: the message of a step that the walk has not come to is unreachable at once") {
  for (const std::string_view asked : {"unreachable", "clicked"}) {
    Walked shop(fmt::format(
        R"({{"branch": [{{"when": "cart.value >= 50000", "steps": [{{"send": "a", "via": ["web_push"], "name": "push"}}]}}]}},
      {{"wait_for": [{{"{}": "push", "then": [{{"send": "order", "via": ["sms"], "name": "came", "min_gap": "0s"}}]}}], "within": "5h", {}}})",
        asked, kLate));
    shop.Fill(kDay0);
    shop.RunTo(kDay0);
    CHECK(shop.Outbox() == Lines{asked == "unreachable" ? "ann/came@0:waiting" : "ann/late@0:waiting"});
  }
}

TEST_CASE("wait_for: a report of delivery does not move the acceptance from which within counts") {
  Walked shop(fmt::format(R"({{"send": "a", "via": ["web_push"], "name": "push"}},
      {{"wait_for": [{{"clicked": "push", "then": [{{"exit": "came_back"}}]}}], "within": "5h", {}}})",
                          kLate));
  shop.Fill(kDay0);
  shop.RunTo(kDay0 + kHourMs);
  shop.Take("web_push");
  shop.RunTo(kDay0 + 4 * kHourMs);
  REQUIRE(shop.engine().Settle({{shop.last.id, shop.last.token, OutcomeCode::kDelivered}}).ok());
  shop.RunTo(kDay0 + 12 * kHourMs);
  CHECK(shop.Outbox().back() == "ann/late@6:waiting");
}

TEST_CASE("wait_for: what follows a delivery or a failure is planned from when it came") {
  for (const OutcomeCode code : {OutcomeCode::kDelivered, OutcomeCode::kFailedFinal}) {
    Walked shop(R"({"send": "a", "via": ["web_push"], "name": "push", "latest": "6h"},
      {"wait_for": [{"delivered": "push"}, {"failed": "push"}], "within": "9h"},
      {"wait": "2h"}, {"send": "b", "via": ["sms"], "name": "next", "min_gap": "0s"})");
    shop.Fill(kDay0);
    shop.RunTo(kDay0 + 3 * kHourMs);
    shop.Take("web_push", code);
    shop.RunTo(kDay0 + 9 * kHourMs);
    CHECK(shop.Outbox().back() == "ann/next@5:waiting");
  }
}

TEST_CASE("wait_for: a message that expired has failed, at the moment of its end, whoever looked at it first") {
  for (const bool claimed : {false, true}) {
    for (const std::string_view wait : {"", R"({"wait": "2h"},)"}) {
      INFO(claimed << wait);
      Walked shop(fmt::format(R"({{"send": "a", "via": ["web_push"], "name": "push", "latest": "1h"}}, {}
        {{"wait_for": [{{"failed": "push", "then": [{{"send": "b", "via": ["sms"], "name": "came", "min_gap": "0s"}}]}}], "within": "9h"}})",
                              wait));
      shop.Fill(kDay0);
      shop.RunTo(kDay0 + kHourMs - 1);
      if (claimed) {
        shop.clock().Set(kDay0 + kHourMs + kMinuteMs);
        CHECK(shop.Claim("web_push").empty());
      }
      shop.RunTo(kDay0 + 12 * kHourMs);
      CHECK(shop.Outbox().back().starts_with(!wait.empty() ? "ann/came@2:"
                                             : claimed     ? "ann/came@1.01"
                                                           : "ann/came@1:"));
    }
  }
}

TEST_CASE("wait_for: of a step that is come to again the last visit counts") {
  Walked shop(fmt::format(R"({{"send": "a", "via": ["web_push"], "name": "push", "min_gap": "0s", "latest": "20h"}},
      {{"wait_for": [{{"clicked": "push", "then": [{{"exit": "came_back"}}]}}], "within": "5h", "name": "reaction"}},
      {{"goto": "push", "max": 1}}, {{"send": "b", "via": ["sms"], "name": "end", "min_gap": "0s"}})"));
  shop.Fill(kDay0);
  shop.RunTo(kDay0);
  shop.Take("web_push");
  shop.RunTo(kDay0 + 6 * kHourMs);  // the second one was made at 5 h, and has not left
  CHECK(shop.Outbox() == Lines{"ann/push@0:accepted", "ann/push@5:waiting"});
  shop.Engage("message_clicked", kDay0 + 6 * kHourMs);  // the first one
  shop.RunTo(kDay0 + 8 * kHourMs);
  shop.Take("web_push");
  shop.RunTo(kDay0 + 30 * kHourMs);
  CHECK(shop.Outbox() == Lines{"ann/push@0:accepted", "ann/push@5:accepted", "ann/end@13:waiting"});
}

TEST_CASE("wait_for: an event that led to a message does not end the wait after that message too") {
  Walked shop(
      R"({"wait_for": [{"on": "cart_viewed", "then": [{"send": "a", "via": ["sms"], "name": "one", "min_gap": "0s"}]}], "within": "5h"},
      {"wait_for": [{"on": "cart_viewed", "then": [{"exit": "seen"}]}], "within": "5h",
       "timeout": [{"send": "b", "via": ["sms"], "name": "late", "min_gap": "0s"}]})");
  shop.Fill(kDay0);
  shop.RunTo(kDay0 + kHourMs);
  shop.Event("cart_viewed", "ann", kDay0 + kHourMs, R"({"cart_id":"c"})");
  shop.RunTo(kDay0 + 12 * kHourMs);
  CHECK(shop.Outbox().back() == "ann/late@6:waiting");
}

TEST_CASE("wait_for: events count from the send before, not from its next channel, whenever they are heard of") {
  for (const int64_t heard_ms : {kHourMs, 3 * kHourMs}) {
    INFO(heard_ms);
    Walked shop(
        R"({"send": "a", "via": ["web_push", "sms"], "name": "one", "latest": "9h"}, {"wait": "4h"},
      {"wait_for": [{"on": "cart_viewed", "then": [{"send": "order", "via": ["sms"], "name": "seen", "min_gap": "0s"}]}], "within": "5h"})");
    shop.Fill(kDay0);
    auto view = [&] { shop.Event("cart_viewed", "ann", kDay0 + kHourMs, R"({"cart_id":"c"})"); };
    shop.RunTo(kDay0 + kHourMs);
    if (heard_ms == kHourMs) view();
    shop.RunTo(kDay0 + 2 * kHourMs);
    shop.Take("web_push", OutcomeCode::kFailedFinal);
    shop.RunTo(kDay0 + 3 * kHourMs);
    if (heard_ms != kHourMs) view();
    shop.RunTo(kDay0 + 6 * kHourMs);
    CHECK(shop.Outbox().back() == "ann/seen@4:waiting");
  }
}

TEST_CASE("wait_for: of two things at the same moment the one that stands first ends the wait") {
  for (const bool event_first : {false, true}) {
    const std::string_view
        seen = R"({"on": "cart_viewed", "then": [{"send": "order", "via": ["sms"], "name": "seen"}]})",
        unmade = R"({"unreachable": "later", "then": [{"send": "order", "via": ["sms"], "name": "unmade"}]})";
    // The event that ends the first wait is also the first of the second one, at the moment for which that is planned.
    Walked shop(fmt::format(
        R"({{"wait_for": [{{"on": "cart_viewed"}}], "within": "5h"}}, {{"wait_for": [{}, {}], "within": "5h"}}, {{"send": "b", "via": ["sms"], "name": "later"}})",
        event_first ? seen : unmade, event_first ? unmade : seen));
    shop.Fill(kDay0);
    shop.RunTo(kDay0 + kHourMs);
    shop.Event("cart_viewed", "ann", kDay0 + kHourMs, R"({"cart_id":"c"})");
    shop.RunTo(kDay0 + kHourMs);
    CHECK(shop.Outbox()[0].starts_with(event_first ? "ann/seen@1:" : "ann/unmade@1:"));
  }
}

TEST_CASE("min_gap: it is kept from the message of a next channel too that a walk made after its last step") {
  Walked shop(R"({"send": "a", "via": ["web_push", "sms"], "name": "one", "min_gap": "6h", "latest": "20h"})");
  shop.Fill(kDay0);
  shop.RunTo(kDay0 + 2 * kHourMs);
  shop.Take("web_push", OutcomeCode::kFailedFinal);  // by SMS at 2 h
  shop.Take("sms");
  shop.Fill(kDay0 + 4 * kHourMs);
  shop.RunTo(kDay0 + 9 * kHourMs);
  CHECK(shop.Outbox() == Lines{"ann/one@0:failed", "ann/one@2:accepted", "ann/one@8:waiting"});
}

TEST_CASE("exit: a message that had expired by then is not called revoked") {
  Walked shop(R"({"send": "a", "via": ["sms"], "latest": "1h"}, {"wait": "9h"})");
  shop.Fill(kDay0);
  shop.RunTo(kDay0 + 2 * kHourMs);
  shop.Event("order_completed", "ann", kDay0 + 2 * kHourMs, R"({"cart_id":"c","order_id":"o"})");
  shop.RunTo(kDay0 + 2 * kHourMs);
  CHECK(shop.Outbox() == Lines{"ann/a@0:expired"});
}

}  // namespace cartwheel
