// Walks that choose, wait for something, and go back: what comes early, late, or not at all.
#include <algorithm>
#include <map>

#include "tests/unit/engine/walked.h"

namespace cartwheel {

TEST_CASE("branch: the first arm whose condition holds is walked, else the last, and both come together again") {
  for (const auto& [price, expected] : {std::pair<int, std::string>{60'000, "b"}, {40'000, "a"}, {10'000, "z"}}) {
    INFO(price);
    Walked shop(R"({"wait": "1h"},
      {"branch": [{"when": "cart.value >= 50000", "name": "high", "steps": [{"send": "b", "via": ["sms"], "name": "b"}]},
                  {"when": "cart.value >= 30000", "steps": [{"send": "a", "via": ["sms"], "name": "a"}]}],
       "else": [{"send": "a", "via": ["sms"], "name": "z"}], "name": "worth"},
      {"wait": "1h"}, {"send": "a", "via": ["sms"], "name": "end"})");
    shop.Fill(kDay0, "ann", "c", price);
    shop.RunTo(kDay0 + 3 * kHourMs);
    CHECK(shop.Outbox() == Lines{"ann/" + expected + "@1:expired", "ann/end@2:waiting"});
    CHECK(Has(shop.Query("report"), R"("ways":{"worth")"));
  }
}

TEST_CASE("branch: a condition may ask for the messages of the walk, and an arm without steps leads on") {
  for (const bool opened : {false, true}) {
    Walked shop(R"j({"send": "a", "via": ["sms"], "name": "first"}, {"wait": "48h"},
      {"branch": [{"when": "journey.messages.exists(m, m.opened)", "steps": []
  }],
       "else": [{"send": "b", "via": ["sms"], "name": "again"}]
},
      {"wait": "1h"}, {"send": "a", "via": ["sms"], "name": "end"})j");
    shop.Fill(kDay0);
    shop.RunTo(kDay0);
    shop.Take("sms");
    if (opened) shop.Engage("message_opened", kDay0 + kHourMs);
    shop.RunTo(kDay0 + 50 * kHourMs);
    CHECK(shop.Outbox().size() == (opened ? 2 : 3));
  }
}

TEST_CASE("wait_for: the click of a message ends the wait at once, the timeout leads elsewhere") {
  for (const int64_t click_ms : {kHourMs, 6 * kHourMs, int64_t{0}}) {
    INFO(click_ms);
    Walked shop(R"({"send": "a", "via": ["web_push"], "name": "push"},
      {"wait_for": [{"clicked": "push", "then": [{"send": "order", "via": ["sms"], "name": "clicked", "min_gap": "0s"}, {"exit": "came_back"}]}],
       "within": "5h", "timeout": [{"send": "b", "via": ["sms"], "name": "later"}]},
      {"wait": "1h"}, {"send": "b", "via": ["sms"], "name": "end"})");
    shop.Fill(kDay0);
    shop.RunTo(kDay0);
    shop.Take("web_push");
    auto click = [&] {
      shop.RunTo(kDay0 + click_ms - 1);
      shop.Engage("message_clicked", kDay0 + click_ms);
    };
    if (click_ms == kHourMs) click();
    shop.RunTo(kDay0 + 5 * kHourMs - 1);
    const bool clicked = click_ms == kHourMs;
    CHECK(shop.Outbox() ==
          (clicked ? Lines{"ann/push@0:accepted", "ann/clicked@1:waiting"} : Lines{"ann/push@0:accepted"}));
    if (click_ms == 6 * kHourMs) click();  // too late
    shop.RunTo(kDay0 + 8 * kHourMs);
    if (clicked)
      CHECK(shop.Outbox().size() == 2);
    else
      CHECK(shop.Outbox() == Lines{"ann/push@0:accepted", "ann/later@5:expired", "ann/end@6:waiting"});
  }
}

TEST_CASE("wait_for: within counts from the acceptance of the message") {
  Walked shop(R"({"send": "a", "via": ["web_push"], "name": "push", "latest": "4h"},
      {"wait_for": [{"clicked": "push", "then": [{"exit": "came_back"}]}], "within": "5h",
       "timeout": [{"send": "b", "via": ["sms"], "name": "later"}]})");
  shop.Fill(kDay0);
  shop.RunTo(kDay0 + 3 * kHourMs);
  shop.Take("web_push");
  shop.RunTo(kDay0 + 8 * kHourMs - 1);
  CHECK(shop.Outbox().size() == 1);
  shop.RunTo(kDay0 + 8 * kHourMs);
  CHECK(shop.Outbox().size() == 2);
}

TEST_CASE("wait_for: a message that never left counts from the planned moment") {
  Walked shop(R"({"send": "a", "via": ["web_push"], "name": "push", "latest": "6h"},
      {"wait_for": [{"clicked": "push", "then": [{"exit": "came_back"}]}], "within": "5h",
       "timeout": [{"send": "b", "via": ["sms"], "name": "later", "latest": "3h"}]})");
  shop.Fill(kDay0);
  shop.RunTo(kDay0 + 6 * kHourMs - 1);
  CHECK(shop.Outbox().size() == 1);  // it may still leave
  shop.RunTo(kDay0 + 6 * kHourMs);
  CHECK(shop.Outbox().back() == "ann/later@6:waiting");
}

TEST_CASE("wait_for: an event counts from the message before, also one that came before the wait began") {
  struct Case {
    int64_t at_ms;
    std::string_view step;
  };
  for (const Case& c :
       {Case{kHourMs, "pay@2"}, Case{3 * kHourMs, "pay@3"}, Case{-kMinuteMs, "late@7"}, Case{0, "late@7"}}) {
    INFO(c.at_ms);
    Walked shop(R"({"send": "a", "via": ["sms"], "name": "push"}, {"wait": "2h"},
      {"wait_for": [{"on": "checkout_started", "then": [{"send": "b", "via": ["sms"], "name": "pay", "min_gap": "0s"}]}],
       "within": "5h", "timeout": [{"send": "b", "via": ["sms"], "name": "late"}]})");
    shop.Event("page_viewed", "ann", kDay0 - kHourMs);
    if (c.at_ms < 0) shop.Event("checkout_started", "ann", kDay0 + c.at_ms, R"({"cart_id":"c"})");
    shop.Fill(kDay0);
    shop.RunTo(kDay0);
    if (c.at_ms > 0) {
      shop.RunTo(kDay0 + c.at_ms - 1);
      shop.clock().Set(kDay0 + c.at_ms);
      shop.Event("checkout_started", "ann", kDay0 + c.at_ms, R"({"cart_id":"c"})");
    }
    shop.RunTo(kDay0 + 8 * kHourMs);
    CHECK(shop.Outbox().back() == "ann/" + std::string(c.step) + ":waiting");
  }
}

TEST_CASE("wait_for: the first of several counts, with its condition; of another cart it is none") {
  Walked shop(
      R"({"wait_for": [{"on": "checkout_started", "when": "event.properties.step == 2", "then": [{"send": "a", "via": ["sms"], "name": "checkout", "min_gap": "0s"}]},
                               {"on": "segment_entered", "segment": "vip", "then": [{"send": "b", "via": ["sms"], "name": "vip", "min_gap": "0s"}]},
                               {"on": "cart_viewed", "then": [{"send": "b", "via": ["sms"], "name": "viewed", "min_gap": "0s"}]}],
                  "within": "24h"}, {"wait": "1h"}, {"send": "a", "via": ["sms"], "name": "end"})");
  shop.Fill(kDay0);
  shop.RunTo(kDay0 + kHourMs);
  shop.Event("checkout_started", "ann", kDay0 + kHourMs, R"({"cart_id":"c","step":1})");
  shop.Event("cart_viewed", "ann", kDay0 + kHourMs, R"({"cart_id":"other"})");
  shop.RunTo(kDay0 + 2 * kHourMs);
  CHECK(shop.Outbox().empty());
  shop.Event("identify", "ann", kDay0 + 2 * kHourMs, R"({"points":100})");
  shop.Event("checkout_started", "ann", kDay0 + 2 * kHourMs + kMinuteMs, R"({"cart_id":"c","step":2})");
  shop.RunTo(kDay0 + 2 * kHourMs + 2 * kMinuteMs);
  CHECK(shop.Outbox() == Lines{"ann/vip@2:waiting"});
  shop.RunTo(kDay0 + 4 * kHourMs);
  CHECK(shop.Outbox() == Lines{"ann/vip@2:expired", "ann/end@3:waiting"});
}

TEST_CASE("wait_for: what became of a message, each of its fates") {
  struct Case {
    std::string_view asked;
    OutcomeCode code;
    bool comes;
  };
  for (const Case& c :
       {Case{"accepted", OutcomeCode::kAccepted, true}, Case{"accepted", OutcomeCode::kFailedFinal, false},
        Case{"delivered", OutcomeCode::kDelivered, true}, Case{"delivered", OutcomeCode::kAccepted, false},
        Case{"failed", OutcomeCode::kFailedFinal, true}, Case{"failed", OutcomeCode::kRejectMsg, true},
        Case{"failed", OutcomeCode::kAccepted, false}, Case{"unreachable", OutcomeCode::kAccepted, false}}) {
    INFO(c.asked << " " << static_cast<int>(c.code));
    Walked shop(fmt::format(R"({{"send": "a", "via": ["web_push"], "name": "push"}},
      {{"wait_for": [{{"{}": "push", "then": [{{"send": "order", "via": ["sms"], "name": "came", "min_gap": "0s"}}]}}], "within": "5h"}})",
                            c.asked));
    shop.Fill(kDay0);
    shop.RunTo(kDay0);
    shop.Take("web_push", c.code);
    shop.RunTo(kDay0 + kHourMs);
    CHECK((shop.Outbox().size() == 2) == c.comes);
    if (c.comes) CHECK(shop.Outbox().back() == "ann/came@0:waiting");
  }
}

TEST_CASE("wait_for: a message that was never made is unreachable at once") {
  for (const std::string_view asked : {"unreachable", "clicked"}) {
    Walked shop(fmt::format(R"({{"send": "a", "via": ["web_push"], "name": "push"}},
      {{"wait_for": [{{"{}": "push", "then": [{{"send": "order", "via": ["sms"], "name": "came", "min_gap": "0s"}}]}}], "within": "5h",
        "timeout": [{{"send": "b", "via": ["sms"], "name": "timeout"}}]}})",
                            asked));
    shop.NeedAddresses();
    shop.Event("endpoint_added", "ann", kDay0, R"({"channel":"sms","address":"010"})");
    shop.Fill(kDay0);
    shop.RunTo(kDay0);
    CHECK(shop.Outbox() == Lines{asked == "unreachable" ? "ann/came@0:waiting" : "ann/timeout@0:waiting"});
  }
}

TEST_CASE(
    "wait_for: an event that is dated before the entry or the message before does not count, however late it comes") {
  for (const int64_t at_ms : {-kMinuteMs, kHourMs, 3 * kHourMs}) {
    INFO(at_ms);
    Walked shop(
        R"({"send": "a", "via": ["sms"], "name": "one"}, {"wait": "2h"}, {"send": "b", "via": ["sms"], "name": "two", "min_gap": "0s"},
      {"wait": "2h"}, {"wait_for": [{"on": "cart_viewed", "then": [{"exit": "seen"}]}], "within": "5h",
                       "timeout": [{"send": "a", "via": ["sms"], "name": "late", "min_gap": "0s"}]})");
    shop.Fill(kDay0);
    shop.RunTo(kDay0 + 3 * kHourMs + kMinuteMs);
    shop.Event("cart_viewed", "ann", kDay0 + at_ms, R"({"cart_id":"c"})");
    shop.RunTo(kDay0 + 12 * kHourMs);
    CHECK((shop.Outbox().back() == "ann/late@9:waiting") == (at_ms != 3 * kHourMs));
  }
}

TEST_CASE("wait_for: what was heard before another message was made is forgotten") {
  Walked shop(
      R"({"send": "a", "via": ["sms"], "name": "one"}, {"wait": "2h"}, {"send": "b", "via": ["sms"], "name": "two", "min_gap": "0s"},
      {"wait_for": [{"on": "cart_viewed", "then": [{"exit": "seen"}]}], "within": "5h",
       "timeout": [{"send": "a", "via": ["sms"], "name": "late", "min_gap": "0s"}]})");
  shop.Fill(kDay0);
  shop.RunTo(kDay0 + kHourMs);
  shop.Event("cart_viewed", "ann", kDay0 + kHourMs, R"({"cart_id":"c"})");
  shop.RunTo(kDay0 + 8 * kHourMs);
  CHECK(shop.Outbox().back() == "ann/late@7:waiting");
}

TEST_CASE("wait_for: of an event and a click that both came early the earlier counts") {
  for (const bool click_first : {false, true}) {
    Walked shop(R"({"send": "a", "via": ["web_push"], "name": "push"}, {"wait": "4h"},
      {"wait_for": [{"clicked": "push", "then": [{"send": "order", "via": ["sms"], "name": "clicked"}]},
                    {"on": "cart_viewed", "then": [{"send": "order", "via": ["sms"], "name": "viewed"}]}], "within": "5h"})");
    shop.Fill(kDay0);
    shop.RunTo(kDay0);
    shop.Take("web_push");
    shop.RunTo(kDay0 + kHourMs);
    if (click_first) shop.Engage("message_clicked", kDay0 + kHourMs);
    shop.Event("cart_viewed", "ann", kDay0 + 2 * kHourMs - kMinuteMs, R"({"cart_id":"c"})");
    shop.RunTo(kDay0 + 2 * kHourMs);
    if (!click_first) shop.Engage("message_clicked", kDay0 + 2 * kHourMs);
    shop.RunTo(kDay0 + 8 * kHourMs);
    CHECK(Has(shop.Outbox().back(), click_first ? "clicked" : "viewed"));
  }
}

TEST_CASE("wait_for: a report of delivery counts that comes after the acceptance") {
  Walked shop(R"({"send": "a", "via": ["web_push"], "name": "push"},
      {"wait_for": [{"delivered": "push", "then": [{"send": "order", "via": ["sms"], "name": "came", "min_gap": "0s"}]}], "within": "5h"})");
  shop.Fill(kDay0);
  shop.RunTo(kDay0);
  shop.Take("web_push");
  shop.RunTo(kDay0 + kHourMs);
  REQUIRE(shop.Outbox().size() == 1);
  REQUIRE(shop.engine().Settle({{shop.last.id, shop.last.token, OutcomeCode::kDelivered}}).ok());
  shop.RunTo(kDay0 + kHourMs + kMinuteMs);
  CHECK(shop.Outbox().size() == 2);
}

TEST_CASE("wait_for: a wait that is come to again hears anew") {
  Walked shop(R"({"wait_for": [{"on": "cart_viewed"}], "within": "2h", "name": "again"}, {"goto": "again", "max": 1},
                 {"send": "a", "via": ["sms"], "min_gap": "0s"})");
  shop.Fill(kDay0);
  shop.RunTo(kDay0 + kHourMs);
  shop.Event("cart_viewed", "ann", kDay0 + kHourMs, R"({"cart_id":"c"})");
  shop.RunTo(kDay0 + 5 * kHourMs);
  CHECK(shop.Outbox() == Lines{"ann/a@3:waiting"});
}

TEST_CASE("wait_for: a purchase ends the walk that waits, whatever it waits for") {
  Walked shop(R"({"wait_for": [{"on": "order_completed", "then": [{"send": "b", "via": ["sms"]}]}], "within": "5h",
                  "timeout": [{"send": "a", "via": ["sms"]}]})");
  shop.Fill(kDay0);
  shop.RunTo(kDay0 + kHourMs);
  shop.Event("order_completed", "ann", kDay0 + kHourMs, R"({"cart_id":"c","order_id":"o"})");
  shop.RunTo(kDay0 + 8 * kHourMs);
  CHECK(shop.Outbox().empty());
}

TEST_CASE("goto: it goes back as often as it may, each visit has messages of its own, then it goes on") {
  Walked shop(
      R"({"wait": "1h", "name": "again"}, {"send": "a", "via": ["sms"], "name": "a"}, {"goto": "again", "max": 2},
                 {"wait": "1h"}, {"send": "b", "via": ["sms"], "name": "end"})");
  shop.Fill(kDay0);
  std::vector<std::string> keys;
  for (int64_t hour = 1; hour <= 5; ++hour) {
    shop.RunTo(kDay0 + hour * kHourMs);
    for (const Message& message : shop.Claim("sms")) {
      keys.push_back(message.key);
      shop.Accept({message});
    }
  }
  CHECK(shop.Outbox() == Lines{"ann/a@1:accepted", "ann/a@2:accepted", "ann/a@3:accepted", "ann/end@4:accepted"});
  std::sort(keys.begin(), keys.end());
  CHECK(std::unique(keys.begin(), keys.end()) == keys.end());
}

TEST_CASE("split: shares hold over many customers, and a customer keeps its arm") {
  Walked shop(R"({"split": [{"weight": 80, "name": "words", "steps": [{"send": "a", "via": ["sms"], "name": "a"}]},
                            {"weight": 20, "name": "other", "steps": [{"send": "b", "via": ["sms"], "name": "b"}]}], "name": "trial"})");
  constexpr int kCustomers = 2'000;
  for (int i = 0; i < kCustomers; ++i) shop.Fill(kDay0, fmt::format("c{}", i));
  shop.RunTo(kDay0);
  int others = 0;
  std::map<std::string, std::string> arm;
  for (const std::string& line : shop.Outbox()) {
    const std::string customer = line.substr(0, line.find('/'));
    arm[customer] = line.substr(line.find('/'), 2);
    others += arm[customer] == "/b";
  }
  // Binomial: 400 with a deviation of 17.9.
  CHECK(others > 310);
  CHECK(others < 490);
  for (int i = 0; i < 50; ++i) shop.Fill(kDay0 + kHourMs, fmt::format("c{}", i), "second");
  shop.RunTo(kDay0 + kHourMs + 1);
  for (const std::string& line : shop.Outbox())
    CHECK(arm[line.substr(0, line.find('/'))] == line.substr(line.find('/'), 2));
}

TEST_CASE("split: a holdout walks the arm that it names, and its advertisements alone are not sent") {
  Walked shop(
      R"({"split": [{"weight": 1, "name": "words", "steps": [{"send": "a", "via": ["sms"], "name": "ad"}, {"wait": "1h"}]},
                            {"weight": 1000000, "name": "held", "holdout": true, "as": "words"}], "name": "trial"},
                 {"send": "order", "via": ["sms"], "name": "note"}, {"send": "b", "via": ["sms"], "name": "ad2"})");
  shop.Fill(kDay0);
  shop.RunTo(kDay0 + 2 * kHourMs);
  CHECK(shop.Outbox() == Lines{"ann/note@1:waiting"});
  CHECK(Has(shop.Query("report"), R"("dropped":{"ad":{"held_out":1},"ad2":{"held_out":1}})"));
}

TEST_CASE("split: in a merge the older arm stays") {
  const std::string_view steps =
      R"({"split": [{"weight": 1, "name": "x", "steps": [{"send": "a", "via": ["sms"], "name": "x"}]},
                            {"weight": 1, "name": "y", "steps": [{"send": "b", "via": ["sms"], "name": "y"}]}], "name": "trial"})";
  int differed = 0;
  for (int i = 0; i < 20; ++i) {
    Walked shop(steps);
    const std::string device = fmt::format("d{}", i);
    shop.DeviceEvent("product_added", device, kDay0, R"({"cart_id":"c1","product_id":"p"})");
    shop.RunTo(kDay0);
    const std::string of_device = shop.Outbox().back().substr(shop.Outbox().back().find('/'), 2);
    shop.Fill(kDay0 + kHourMs, "ann", "c2");
    shop.RunTo(kDay0 + kHourMs + 1);
    const std::string of_ann = shop.Outbox().back().substr(shop.Outbox().back().find('/'), 2);
    differed += of_ann != of_device;
    shop.Identify("ann", device, kDay0 + 2 * kHourMs);
    shop.Fill(kDay0 + 3 * kHourMs, "ann", "c3");
    shop.RunTo(kDay0 + 3 * kHourMs + 1);
    CHECK(shop.Outbox().back().substr(shop.Outbox().back().find('/'), 2) == of_device);
  }
  CHECK(differed > 0);
}

TEST_CASE("wait until a time of the day, on the shop's clock or the recipient's, on some weekdays") {
  // kDay0 is Thursday, 09:00 in Seoul and 01:00 in Berlin.
  struct Case {
    std::string_view wait;
    std::string_view zone;
    int64_t hours;
  };
  for (const Case& c :
       {Case{R"({"until": "20:00"})", "", 11}, Case{R"({"until": "08:00"})", "", 23},
        Case{R"({"until": "09:00"})", "", 0}, Case{R"({"until": "20:00", "zone": "recipient"})", "Europe/Berlin", 19},
        Case{R"({"until": "20:00", "zone": "recipient"})", "", 11},
        Case{R"({"until": "20:00", "weekdays": ["mon"]})", "", 4 * 24 + 11},
        Case{R"({"business_hours": "10:00-18:00"})", "", 1}, Case{R"({"business_hours": "08:00-18:00"})", "", 0},
        Case{R"({"business_hours": "08:00-09:00"})", "", 23},
        Case{R"({"business_hours": "10:00-18:00", "weekdays": ["sat", "sun"]})", "", 49}}) {
    INFO(c.wait << c.zone);
    Walked shop(fmt::format(R"({{"wait": {}}}, {{"send": "a", "via": ["sms"]}})", c.wait));
    if (!c.zone.empty()) shop.Event("identify", "ann", kDay0, fmt::format(R"({{"timezone":"{}"}})", c.zone));
    shop.Fill(kDay0);
    shop.RunTo(kDay0 + 200 * kHourMs);
    REQUIRE(shop.Outbox().size() == 1);
    CHECK(shop.Outbox()[0].starts_with(fmt::format("ann/a@{}:", c.hours)));
  }
}

TEST_CASE("wait around an instant that a field tells; unknown or over it is no wait") {
  struct Case {
    std::string_view attributes, offset;
    int64_t hours;
  };
  for (const Case& c : {Case{R"({"trial_ends_at":"2026-01-03T00:00:00Z"})", "-1d", 24},
                        Case{R"({"trial_ends_at":"2026-01-03T00:00:00Z"})", "2h", 50},
                        Case{R"({"trial_ends_at":"2025-01-03T00:00:00Z"})", "1h", 0}, Case{R"({"other":"x"})", "1h", 0},
                        Case{R"({"trial_ends_at":"soon"})", "1h", 0}}) {
    INFO(c.attributes);
    Walked shop(fmt::format(
        R"({{"wait": {{"until_field": "customer.trial_ends_at", "offset": "{}"}}}}, {{"send": "a", "via": ["sms"]}})",
        c.offset));
    shop.Event("identify", "ann", kDay0, c.attributes);
    shop.Fill(kDay0);
    shop.RunTo(kDay0 + 100 * kHourMs);
    REQUIRE(shop.Outbox().size() == 1);
    CHECK(shop.Outbox()[0].starts_with(fmt::format("ann/a@{}:", c.hours)));
  }
}

TEST_CASE("arms inside of arms: the walk of the issue's shape") {
  const std::string_view steps = R"({"wait": "30m"}, {"send": "a", "via": ["web_push"], "name": "push"},
  {"wait_for": [{"clicked": "push", "then": [{"exit": "came_back"}]},
                {"on": "checkout_started", "then": [{"wait": "1h"}, {"send": "b", "via": ["sms"], "name": "pay_help", "min_gap": "0s"}]}],
   "within": "5h",
   "timeout": [{"send": "b", "via": ["sms"], "name": "detail"}, {"wait": "18h"},
     {"branch": [{"when": "cart.value >= 50000", "steps": [{"send": "b", "via": ["sms"], "name": "benefit"}]}],
      "else": [{"split": [{"weight": 80, "name": "words", "steps": [{"send": "a", "via": ["sms"], "name": "last_words"}]},
                          {"weight": 20, "name": "held", "holdout": true, "as": "words"}]}]}]})";
  Walked shop(steps);
  shop.Fill(kDay0, "rich", "c", 60'000);
  shop.Fill(kDay0, "pays", "c", 60'000);
  shop.RunTo(kDay0 + 30 * kMinuteMs);
  shop.Take("web_push");
  shop.RunTo(kDay0 + kHourMs);
  shop.Event("checkout_started", "pays", kDay0 + kHourMs, R"({"cart_id":"c"})");
  shop.RunTo(kDay0 + 40 * kHourMs);
  CHECK(shop.Outbox() == Lines{"rich/push@0.5:accepted", "pays/push@0.5:accepted", "pays/pay_help@2:expired",
                               "rich/detail@5.5:expired", "rich/benefit@23.5:waiting"});
}

TEST_CASE("a walk that waits for something goes on after a crash, in a file") {
  Walked shop(R"({"send": "a", "via": ["web_push"], "name": "push"}, {"wait": "1h"},
      {"wait_for": [{"on": "checkout_started", "then": [{"send": "b", "via": ["sms"], "name": "came", "min_gap": "0s"}]}], "within": "5h"})");
  shop.Fill(kDay0);
  shop.RunTo(kDay0 + kMinuteMs);
  shop.Event("checkout_started", "ann", kDay0 + 2 * kMinuteMs, R"({"cart_id":"c"})");
  shop.AdvanceTo(kDay0 + 2 * kMinuteMs);
  shop.Crash();
  shop.RunTo(kDay0 + 2 * kHourMs);
  CHECK(shop.Outbox().back() == "ann/came@1:waiting");
}

}  // namespace cartwheel
