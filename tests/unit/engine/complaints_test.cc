// Two things that users of other suites complain of, each as it is reported.
#include "tests/unit/engine/walked.h"

namespace cartwheel {

// "The exit is judged only when the next step is due": the walk is over at once, and what waits does not leave.
TEST_CASE("complaint: exits judged only at a step's end") {
  Walked shop(R"({"send": "a", "via": ["sms"], "name": "one", "latest": "20h"}, {"wait": "24h"},
                 {"send": "b", "via": ["sms"], "name": "two"})");
  shop.Fill(kDay0);
  shop.RunTo(kDay0 + kHourMs);
  shop.Event("order_completed", "ann", kDay0 + kHourMs, R"({"cart_id":"c","order_id":"o"})");
  CHECK(shop.Claim("sms").empty());  // not folded yet, and held back all the same
  shop.AdvanceTo(kDay0 + kHourMs);
  CHECK(shop.Outbox() == Lines{"ann/one@0:revoked"});
  CHECK(Has(shop.Query("customer", "ann"), R"("enrolments":[])"));
  shop.Fill(kDay0 + 2 * kHourMs);  // so the next cart is walked at once, not after 24 hours
  shop.RunTo(kDay0 + 2 * kHourMs);
  CHECK(shop.Outbox() == Lines{"ann/one@0:revoked", "ann/one@2:waiting"});
}

// "The click came while the campaign was still in its delay, and the wait after it timed out."
TEST_CASE("complaint: a wait that misses an event which came early") {
  for (const bool click : {false, true}) {
    Walked shop(
        R"({"send": "a", "via": ["web_push"], "name": "push"}, {"wait": "4h"},
      {"wait_for": [{"clicked": "push", "then": [{"exit": "came_back"}]}, {"on": "checkout_started", "then": [{"exit": "pays"}]}],
       "within": "12h", "timeout": [{"send": "b", "via": ["sms"], "name": "again", "min_gap": "0s"}]})");
    shop.Fill(kDay0);
    shop.RunTo(kDay0);
    shop.Take("web_push");
    shop.RunTo(kDay0 + kHourMs);
    if (click)
      shop.Engage("message_clicked", kDay0 + kHourMs);
    else
      shop.Event("checkout_started", "ann", kDay0 + kHourMs, R"({"cart_id":"c"})");
    shop.RunTo(kDay0 + 4 * kHourMs);
    CHECK(Has(shop.Query("customer", "ann"), R"("enrolments":[])"));
    shop.RunTo(kDay0 + 40 * kHourMs);
    CHECK(shop.Outbox() == Lines{"ann/push@0:accepted"});
  }
}

}  // namespace cartwheel
