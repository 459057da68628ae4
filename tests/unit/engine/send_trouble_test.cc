// What a send does where a cap stands against it, where it reaches no address, and where its message does not arrive.
#include "tests/unit/engine/walked.h"

namespace cartwheel {
namespace {

// A message of an earlier walk was accepted at kDay0; the walk of cart "b" comes to its send an hour later.
struct Capped : Walked {
  Capped(std::string_view on_capped, std::string_view via, std::string_view per = "customer")
      : Walked(fmt::format(R"({{"send": "a", "via": [{}], "name": "first", "latest": "30h", "on_capped": {}}},
                              {{"wait": "100h"}}, {{"send": "order", "via": ["sms"], "name": "end"}})",
                           via, on_capped),
               fmt::format(
                   R"({}, "caps": [{{"count": "messages", "class": "ad", "per": "{}", "max": 1, "within": "24h"}}])",
                   kNoRules, per)) {
    Fill(kDay0, "ann", "a");
    RunTo(kDay0);
    Take("sms");
    Fill(kDay0 + kHourMs, "ann", "b");
    RunTo(kDay0 + kHourMs);
  }
};

const std::string kBefore = "ann/first@0:accepted";

}  // namespace

TEST_CASE("on_capped: by default the next channel is tried, and after the last one the walk goes on") {
  Capped by_channel(R"("next_channel")", R"("sms", "web_push")", "channel");
  CHECK(by_channel.Outbox() == Lines{kBefore, "ann/first@1:waiting"});
  CHECK(by_channel.Claim("web_push").size() == 1);
  Capped by_customer(R"("next_channel")", R"("sms", "web_push")");
  by_customer.RunTo(kDay0 + 102 * kHourMs);
  CHECK(by_customer.Outbox() == Lines{kBefore, "ann/end@100:waiting", "ann/end@101:waiting"});
}

TEST_CASE("on_capped: skip tries no other channel") {
  Capped shop(R"("skip")", R"("sms", "web_push")", "channel");
  shop.RunTo(kDay0 + 2 * kHourMs);
  CHECK(shop.Outbox() == Lines{kBefore});
  shop.RunTo(kDay0 + 102 * kHourMs);
  CHECK(shop.Outbox().back() == "ann/end@101:waiting");
}

TEST_CASE("on_capped: defer waits until the message before has left the window, and tries no other channel") {
  Capped shop(R"("defer")", R"("sms", "web_push")", "channel");
  shop.RunTo(kDay0 + 24 * kHourMs - 1);
  CHECK(shop.Outbox() == Lines{kBefore});
  CHECK(Has(shop.Query("why", "ann"), R"("decision":"deferred")"));
  shop.RunTo(kDay0 + 24 * kHourMs);
  CHECK(shop.Outbox() == Lines{kBefore, "ann/first@24:waiting"});
}

namespace {

// Two walks, of which the second is an hour later and waits for the message of the first, which its channel has not
// taken.
struct Waiting : Walked {
  explicit Waiting(std::string_view latest)
      : Walked(fmt::format(R"({{"send": "a", "via": ["sms"], "name": "first", "latest": "{}", "on_capped": "defer"}})",
                           latest),
               fmt::format(R"({}, "caps": [{{"count": "messages", "class": "ad", "max": 1, "within": "24h"}}])",
                           kNoRules)) {
    Fill(kDay0, "ann", "a");
    RunTo(kDay0);
    Fill(kDay0 + kHourMs, "ann", "b");
    RunTo(kDay0 + kHourMs);
    REQUIRE(Outbox() == Lines{"ann/first@0:waiting"});
  }
};

}  // namespace

TEST_CASE("on_capped: defer goes on as soon as the message before has failed") {
  Waiting shop("9h");
  shop.RunTo(kDay0 + kHourMs + 20 * kMinuteMs);
  shop.Take("sms", OutcomeCode::kFailedFinal);
  shop.RunTo(kDay0 + kHourMs + 20 * kMinuteMs);
  CHECK(shop.Outbox() == Lines{"ann/first@0:failed", "ann/first@1.3333333333333333:waiting"});
}

TEST_CASE("on_capped: defer goes on as soon as the message before has expired and its walk is over") {
  Waiting shop("90m");
  shop.RunTo(kDay0 + 90 * kMinuteMs);
  CHECK(shop.Outbox() == Lines{"ann/first@0:expired", "ann/first@1.5:waiting"});
}

TEST_CASE("on_capped: defer does not wait for a message that the cap does not count") {
  Walked shop(
      R"({"send": "order", "via": ["sms"], "name": "note"},
         {"send": "a", "via": ["web_push"], "name": "first", "latest": "5h", "min_gap": "0s", "on_capped": "defer"})",
      fmt::format(R"({}, "caps": [{{"count": "messages", "class": "ad", "max": 1, "within": "24h"}}])", kNoRules));
  shop.Fill(kDay0, "ann", "a");
  shop.RunTo(kDay0);
  shop.Take("sms");
  shop.Fill(kDay0 + kHourMs, "ann", "b");
  shop.RunTo(kDay0 + 5 * kHourMs);
  CHECK(shop.Outbox() ==
        Lines{"ann/note@0:accepted", "ann/first@0:expired", "ann/note@1:waiting", "ann/first@5:waiting"});
}

TEST_CASE("on_capped: defer ends with latest") {
  Walked shop(
      R"({"send": "a", "via": ["sms"], "name": "first", "latest": "5h", "on_capped": "defer"},
                 {"send": "order", "via": ["sms"], "name": "end", "min_gap": "0s"})",
      fmt::format(R"({}, "caps": [{{"count": "messages", "class": "ad", "max": 1, "within": "24h"}}])", kNoRules));
  shop.Fill(kDay0, "ann", "a");
  shop.RunTo(kDay0);
  shop.Take("sms");
  shop.Fill(kDay0 + kHourMs, "ann", "b");
  shop.RunTo(kDay0 + 6 * kHourMs - 1);
  CHECK(shop.Outbox().size() == 2);
  shop.RunTo(kDay0 + 6 * kHourMs);
  CHECK(shop.Outbox().back() == "ann/end@6:waiting");
  CHECK(Has(shop.Query("report"), R"("skipped":{"first":{"late":1}})"));
}

TEST_CASE("on_capped: defer waits for the next day of a cap by the calendar") {
  // kDay0 is 09:00 in Seoul: the day ends 15 hours later.
  Walked shop(R"({"send": "a", "via": ["sms"], "name": "first", "latest": "30h", "on_capped": "defer"})",
              fmt::format(R"({}, "caps": [{{"count": "messages", "max": 1, "within": "day"}}])", kNoRules));
  shop.Fill(kDay0, "ann", "a");
  shop.RunTo(kDay0);
  shop.Take("sms");
  shop.Fill(kDay0 + kHourMs, "ann", "b");
  shop.RunTo(kDay0 + 15 * kHourMs - 1);
  CHECK(shop.Outbox() == Lines{kBefore});
  shop.RunTo(kDay0 + 15 * kHourMs);
  CHECK(shop.Outbox() == Lines{kBefore, "ann/first@15:waiting"});
}

TEST_CASE("on_capped: exit ends the walk") {
  Capped shop(R"("exit")", R"("sms")");
  shop.RunTo(kDay0 + 102 * kHourMs);
  CHECK(shop.Outbox() == Lines{kBefore, "ann/end@100:waiting"});
  CHECK(Has(shop.Query("report"), R"("ways":{"first":{"capped":1}})"));
}

TEST_CASE("on_capped: steps lead on to what follows the send") {
  Capped shop(R"([{"wait": "2h"}, {"send": "order", "via": ["sms"], "name": "instead"}])", R"("sms")");
  shop.RunTo(kDay0 + 3 * kHourMs);
  CHECK(shop.Outbox() == Lines{kBefore, "ann/instead@3:waiting"});
  shop.RunTo(kDay0 + 104 * kHourMs);
  CHECK(shop.Outbox().back() == "ann/end@103:waiting");
}

TEST_CASE("on_unreachable: skip, exit, steps, and defer until an address comes") {
  struct Case {
    std::string_view does;
    std::string_view line;
  };
  for (const Case& c : {Case{R"("skip")", "ann/end@2"}, Case{R"("exit")", ""},
                        Case{R"([{"send": "order", "via": ["sms"], "name": "instead"}])", "ann/instead@0"},
                        Case{R"("defer")", "ann/push@3"}}) {
    INFO(c.does);
    Walked shop(
        fmt::format(R"({{"send": "a", "via": ["web_push"], "name": "push", "latest": "5h", "on_unreachable": {}}},
                               {{"wait": "2h"}}, {{"send": "order", "via": ["sms"], "name": "end"}})",
                    c.does));
    shop.NeedAddresses();
    shop.Event("endpoint_added", "ann", kDay0, R"({"channel":"sms","address":"010"})");
    shop.Fill(kDay0);
    shop.RunTo(kDay0 + 2 * kHourMs);
    const bool waits = c.does == R"("defer")";
    if (waits) CHECK(shop.Outbox().empty());
    shop.RunTo(kDay0 + 3 * kHourMs - 1);
    shop.clock().Set(kDay0 + 3 * kHourMs);
    shop.Event("endpoint_added", "ann", kDay0 + 3 * kHourMs, R"({"channel":"web_push","address":"w"})");
    shop.RunTo(kDay0 + 3 * kHourMs);
    const Lines outbox = shop.Outbox();
    if (c.line.empty())
      CHECK(outbox.empty());
    else
      CHECK(std::string_view(outbox.at(0)).starts_with(c.line));
  }
}

TEST_CASE("on_unreachable: defer waits no longer than latest") {
  Walked shop(R"({"send": "a", "via": ["web_push"], "name": "push", "latest": "5h", "on_unreachable": "defer"},
                 {"send": "order", "via": ["sms"], "name": "end"})");
  shop.NeedAddresses();
  shop.Event("endpoint_added", "ann", kDay0, R"({"channel":"sms","address":"010"})");
  shop.Fill(kDay0);
  shop.RunTo(kDay0 + 5 * kHourMs - 1);
  CHECK(shop.Outbox().empty());
  shop.RunTo(kDay0 + 5 * kHourMs);
  CHECK(shop.Outbox() == Lines{"ann/end@5:waiting"});
}

TEST_CASE("on_failed: the next channel, none, the end, or other steps; they are planned from the failure") {
  struct Case {
    std::string_view does;
    OutcomeCode code;
    Lines outbox;
  };
  const std::string failed = "ann/push@0:failed", end = "ann/end@10:waiting";
  for (const Case& c :
       {Case{R"("next_channel")", OutcomeCode::kFailedFinal, {failed, "ann/push@1:expired", end}},
        Case{R"("skip")", OutcomeCode::kFailedFinal, {failed, end}},
        Case{R"("exit")", OutcomeCode::kFailedFinal, {failed, "ann/push@1:waiting"}},
        Case{R"("exit")", OutcomeCode::kRejectMsg, {failed}},
        Case{R"("exit")", OutcomeCode::kAccepted, {"ann/push@0:accepted", end}},
        Case{R"([{"wait": "2h"}, {"send": "order", "via": ["sms"], "name": "instead", "latest": "1h"}])",
             OutcomeCode::kRejectMsg,
             {failed, "ann/instead@3:waiting"}}}) {
    INFO(c.does << static_cast<int>(c.code));
    Walked shop(
        fmt::format(R"({{"send": "a", "via": ["web_push", "sms"], "name": "push", "latest": "9h", "on_failed": {}}},
                               {{"wait": "10h"}}, {{"send": "order", "via": ["sms"], "name": "end", "min_gap": "0s"}})",
                    c.does));
    shop.Fill(kDay0);
    shop.RunTo(kDay0 + kHourMs);
    shop.Take("web_push", c.code);
    const bool instead = c.does.starts_with('[');
    shop.RunTo(kDay0 + (instead ? 3 : c.outbox.back() == end ? 10 : 8) * kHourMs);
    CHECK(shop.Outbox() == c.outbox);
  }
}

TEST_CASE("on_failed: it comes when the last channel of via has failed, or its message expired") {
  for (const bool expires : {false, true}) {
    INFO(expires);
    Walked shop(R"({"send": "a", "via": ["web_push", "sms"], "name": "push", "latest": "9h",
                    "on_failed": [{"send": "order", "via": ["sms"], "name": "instead"}, {"exit": "failed"}]},
                   {"wait": "1h"}, {"send": "order", "via": ["sms"], "name": "end"})");
    shop.Fill(kDay0);
    shop.RunTo(kDay0 + kHourMs);
    shop.Take("web_push", OutcomeCode::kGone);
    shop.RunTo(kDay0 + 2 * kHourMs);
    CHECK(shop.Outbox() == Lines{"ann/push@0:failed", "ann/push@1:waiting"});
    if (!expires) shop.Take("sms", OutcomeCode::kFailedFinal);
    shop.RunTo(kDay0 + 10 * kHourMs);
    CHECK(shop.Outbox() == Lines{"ann/push@0:failed", expires ? "ann/push@1:expired" : "ann/push@1:failed",
                                 expires ? "ann/instead@9:waiting" : "ann/instead@2:waiting"});
    CHECK(Has(shop.Query("report"), R"("ways":{"push":{"failed":1}})"));
  }
}

TEST_CASE("on_failed: what stays unknown did not fail, and a purchase ends the walk that waits for it") {
  const std::string_view steps =
      R"({"send": "a", "via": ["sms"], "name": "one", "latest": "9h", "on_failed": [{"send": "b", "via": ["web_push"], "name": "instead"}]},
         {"wait": "1h"}, {"send": "order", "via": ["sms"], "name": "end", "min_gap": "0s"})";
  Walked unknown(steps);
  unknown.Fill(kDay0);
  unknown.RunTo(kDay0);
  unknown.Take("sms", OutcomeCode::kUnknown);
  unknown.RunTo(kDay0 + kHourMs);
  CHECK(unknown.Outbox() == Lines{"ann/one@0:unknown", "ann/end@1:waiting"});
  Walked bought(steps);
  bought.Fill(kDay0);
  bought.RunTo(kDay0 + kMinuteMs);
  bought.Event("order_completed", "ann", kDay0 + kMinuteMs, R"({"cart_id":"c","order_id":"o"})");
  bought.RunTo(kDay0 + 12 * kHourMs);
  CHECK(bought.Outbox() == Lines{"ann/one@0:revoked"});
}

TEST_CASE("on_failed: a walk that waits for the end of its message goes on after a crash") {
  Walked shop(R"({"send": "a", "via": ["sms"], "name": "one", "latest": "9h",
                  "on_failed": [{"send": "b", "via": ["web_push"], "name": "instead"}]})");
  shop.Fill(kDay0);
  shop.RunTo(kDay0);
  shop.Crash();
  shop.Take("sms", OutcomeCode::kRejectMsg);
  shop.RunTo(kDay0 + kMinuteMs);
  CHECK(shop.Outbox().size() == 2);
}

TEST_CASE("wait_for: of a step that is come to again its newest message counts") {
  Walked shop(R"({"send": "a", "via": ["web_push"], "name": "push", "latest": "30m"},
      {"wait_for": [{"clicked": "push", "then": [{"exit": "came_back"}]}], "within": "2h",
       "timeout": [{"wait": "1h"}, {"goto": "push", "max": 1}]},
      {"send": "order", "via": ["sms"], "name": "end", "min_gap": "0s"})");
  shop.NeedAddresses();
  shop.Event("endpoint_added", "ann", kDay0, R"({"channel":"sms","address":"010"})");
  shop.Fill(kDay0);
  shop.RunTo(kDay0 + kMinuteMs);  // it was never made: the wait is over at once
  shop.Event("endpoint_added", "ann", kDay0 + kMinuteMs, R"({"channel":"web_push","address":"w"})");
  shop.RunTo(kDay0 + kHourMs);
  shop.Take("web_push");
  REQUIRE(shop.Outbox() == Lines{"ann/push@1:accepted"});
  shop.RunTo(kDay0 + 3 * kHourMs - 1);
  CHECK(shop.Outbox().size() == 1);
  shop.Engage("message_clicked", kDay0 + 3 * kHourMs - 1);
  shop.RunTo(kDay0 + 5 * kHourMs);
  CHECK(shop.Outbox().size() == 1);
}

}  // namespace cartwheel
