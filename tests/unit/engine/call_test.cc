// Calls: what a system of the shop answers branches the walk and is known to it afterwards. What becomes of one that is
// out in a merge, an erasure, a pause or a new revision: call_ends_test.cc.
#include "tests/unit/engine/calling.h"

namespace cartwheel {

TEST_CASE("call: it leaves by its channel, with its payload, to no address, and is a message of the class call") {
  Calling shop;
  shop.NeedAddresses();  // none is needed
  const std::vector<Message> calls = shop.Claim("webhook");
  REQUIRE(calls.size() == 1);
  CHECK(calls[0].message_class == "call");
  CHECK(calls[0].payload == R"({"customer":"ann","worth":"1000"})");
  CHECK(calls[0].step == "stock");
  CHECK(calls[0].customer == "ann");
  CHECK(calls[0].address.empty());
  CHECK(calls[0].expires_at_ms == kDay0 + 10 * kMinuteMs);
  CHECK(shop.Claim("sms").empty());
}

TEST_CASE("call: the answer's conditions choose the arm, and what follows is planned from the answer") {
  struct Case {
    std::string_view answer;
    std::string_view step;
  };
  for (const Case& c : {Case{R"(,"in_stock":true,"left":5)", "many"}, Case{R"(,"in_stock":true,"left":1)", "few"},
                        Case{R"(,"in_stock":true)", "few"},             // what it does not say is no number over 2
                        Case{R"(,"in_stock":"yes","left":5)", "none"},  // of another kind than it must be
                        Case{R"(,"in_stock":false,"left":5)", "none"}, Case{"", "none"}}) {
    INFO(c.answer);
    Calling shop;
    shop.Answer(c.answer, kDay0 + 3 * kMinuteMs);
    CHECK(shop.Outbox() == Lines{"ann/stock@0:accepted", fmt::format("ann/{}@0.05:waiting", c.step)});
    CHECK(Has(shop.Query("report"), R"("ways":{"stock")"));
  }
}

TEST_CASE("call: without an answer in time the walk goes on by its timeout, and a call that waits does not leave") {
  for (const bool taken : {false, true}) {
    INFO(taken);
    Calling shop;
    if (taken) shop.Take("webhook");
    shop.RunTo(kDay0 + 10 * kMinuteMs - 1);
    CHECK(shop.Outbox().size() == 1);
    shop.RunTo(kDay0 + 10 * kMinuteMs);
    CHECK(shop.Outbox() ==
          Lines{taken ? "ann/stock@0:accepted" : "ann/stock@0:expired", "ann/late@0.16666666666666666:waiting"});
    CHECK(shop.Claim("webhook").empty());
    shop.Tell(R"(,"in_stock":true,"left":5)", kDay0 + 11 * kMinuteMs);
    CHECK(shop.Outbox().size() == 2);
    if (taken) CHECK(Has(shop.Query("refused"), "unknown_call"));
  }
}

TEST_CASE("call: one that its channel could not deliver goes on by its timeout at once") {
  Calling shop;
  shop.RunTo(kDay0 + kMinuteMs);
  shop.Take("webhook", OutcomeCode::kFailedFinal);
  shop.RunTo(kDay0 + 2 * kMinuteMs);
  CHECK(shop.Outbox().size() == 2);
  CHECK(Has(shop.Outbox().back(), "ann/late@0.016666666666666666"));
}

TEST_CASE("call: an answer to another call, of another walk or visit, is none, and neither is a second one") {
  Calling shop;
  shop.Take("webhook");
  const std::string key = shop.last.key;
  shop.last.key = "00000000000000000000000000000000";
  shop.Tell(R"(,"in_stock":true,"left":5)", kDay0 + kMinuteMs);
  CHECK(shop.Outbox().size() == 1);
  shop.last.key = key;
  shop.Tell(R"(,"in_stock":true)", kDay0 + 2 * kMinuteMs);
  shop.Tell(R"(,"in_stock":true,"left":5)", kDay0 + 3 * kMinuteMs);
  CHECK(shop.Outbox().size() == 2);
  CHECK(Has(shop.Outbox().back(), "ann/few@"));
}

TEST_CASE("call: its answer is known to later conditions and texts, also after a crash and in the merged customer") {
  const std::string_view steps =
      R"j({"call": "stock_service", "name": "stock", "payload": {"n": 1}, "answer": {"left": "number", "what": "text"},
      "within": "10m", "timeout": []},
     {"wait": "1h"},
     {"branch": [{"when": "journey.answers.stock.left == 3.0", "steps": [{"send": "said", "via": ["sms"], "name": "said"}]}]})j";
  std::string book = Book(steps);
  const std::string_view order = R"("order": {"class")";
  book.insert(book.find(order),
              R"("said": {"class": "transactional", "purpose": "order", "sms": "{{ journey.answers.stock.what }}"}, )");
  for (const bool device : {false, true}) {
    Shop shop(NewMemoryStore(), book);
    if (device)
      shop.DeviceEvent("product_added", "ann", kDay0, R"({"cart_id":"c","product_id":"p"})");
    else
      shop.Event("product_added", "ann", kDay0, R"({"cart_id":"c","product_id":"p"})");
    shop.RunTo(kDay0);
    const std::vector<Message> calls = shop.Claim("stock_service");
    REQUIRE(calls.size() == 1);
    shop.Accept(calls);
    if (device) shop.Identify("kim", "ann", kDay0 + kMinuteMs);
    shop.Event("call_answered", device ? "kim" : "ann", kDay0 + 2 * kMinuteMs,
               fmt::format(R"({{"call":"{}","left":3,"what":"mugs"}})", calls[0].key));
    shop.AdvanceTo(kDay0 + 2 * kMinuteMs);
    shop.Crash();
    shop.RunTo(kDay0 + 2 * kHourMs);
    const std::vector<Message> said = shop.Claim("sms");
    REQUIRE(said.size() == 1);
    CHECK(Has(said[0].payload, R"("text":"mugs")"));
  }
}

TEST_CASE("call: it counts for no cap and no goal, is no message of the walk, and a walk that is held out makes it") {
  const std::string policy =
      fmt::format(R"({}, "caps": [{{"count": "messages", "max": 1, "within": "24h"}}])", kNoRules);
  Calling shop("", policy);
  shop.Answer(R"(,"in_stock":true)", kDay0 + kMinuteMs);
  CHECK(shop.Outbox().size() == 2);  // the one message that the cap lets through
  CHECK_FALSE(Has(shop.Query("report"), R"("messages":{"few":1,"stock")"));
  Walked held(fmt::format(
      R"({{"split": [{{"weight": 1, "name": "words", "steps": [{}]}}, {{"weight": 1000000, "name": "held", "holdout": true}}]}})",
      kStock));
  held.Fill(kDay0);
  held.RunTo(kDay0);
  CHECK(held.Claim("webhook").size() == 1);
  held.RunTo(kDay0 + 2 * kHourMs);
  CHECK(held.Outbox().size() == 1);  // the advertisement of its timeout is not sent
}

TEST_CASE("call: a purchase ends the walk and takes back the call that waits") {
  Calling shop;
  shop.RunTo(kDay0 + kMinuteMs);
  shop.Event("order_completed", "ann", kDay0 + kMinuteMs, R"({"cart_id":"c","order_id":"o"})");
  shop.RunTo(kDay0 + kHourMs);
  CHECK(shop.Outbox() == Lines{"ann/stock@0:revoked"});
}

TEST_CASE("call: each visit is a call of its own, with an answer of its own") {
  Walked shop(R"j({"call": "webhook", "name": "ask", "payload": {"n": 1}, "answer": {"ready": "bool"}, "within": "10m",
      "then": [{"when": "answer.ready", "steps": [{"send": "a", "via": ["sms"], "name": "ready"}, {"exit": true}]}],
      "timeout": [{"exit": "silent"}]}, {"wait": "1h"}, {"goto": "ask", "max": 3})j");
  shop.Fill(kDay0);
  shop.RunTo(kDay0);
  std::vector<std::string> keys;
  for (int visit = 0; visit < 3; ++visit) {
    shop.RunTo(kDay0 + visit * kHourMs);
    shop.Take("webhook");
    keys.push_back(shop.last.key);
    shop.Event("call_answered", "ann", kDay0 + visit * kHourMs,
               fmt::format(R"({{"call":"{}","ready":{}}})", shop.last.key, visit == 2));
    shop.AdvanceTo(kDay0 + visit * kHourMs);
  }
  std::sort(keys.begin(), keys.end());
  CHECK(std::unique(keys.begin(), keys.end()) == keys.end());
  CHECK(shop.Outbox().back() == "ann/ready@2:waiting");
}

TEST_CASE("call: an answer that came in time counts, however late the worker was") {
  Calling shop;
  shop.Take("webhook");
  shop.clock().Set(kDay0 + 5 * kMinuteMs);
  shop.Event("call_answered", "ann", kDay0 + 5 * kMinuteMs,
             fmt::format(R"({{"call":"{}","in_stock":true}})", shop.last.key));
  shop.AdvanceTo(kDay0 + 30 * kMinuteMs);
  CHECK(Has(shop.Outbox().back(), "ann/few@"));
}

TEST_CASE("call: an answer that is dated after its time does not count, however late the worker was") {
  Calling shop;
  shop.Take("webhook");
  shop.Say(shop.last.key, R"(,"in_stock":true)", kDay0 + 10 * kMinuteMs + 1);
  shop.AdvanceTo(kDay0 + 30 * kMinuteMs);
  CHECK(Has(shop.Outbox().back(), "ann/late@"));
  CHECK(Has(shop.Query("refused"), "unknown_call"));
}

TEST_CASE("call: what its conditions ask of the answer is checked when the playbook is loaded") {
  for (const auto& [when, problem] :
       {std::pair<std::string, std::string>{"answer.in_stok", "in_stok"}, {"answer.left == 'x'", "left"}}) {
    Shop shop;
    const absl::Status status =
        shop.engine()
            .Load(Book(fmt::format(
                R"j({{"call": "webhook", "payload": {{"n": 1}}, "answer": {{"in_stock": "bool", "left": "number"}}, "within": "10m",
             "then": [{{"when": "{}"}}], "timeout": []}})j",
                when)))
            .status();
    CHECK_FALSE(status.ok());
  }
}

TEST_CASE("call: of several answers the earliest counts, in whatever order the log has them") {
  for (const bool early_first : {true, false}) {
    INFO(early_first);
    Calling shop;
    shop.Take("webhook");
    const std::string key = shop.last.key;
    shop.clock().Set(kDay0 + 4 * kMinuteMs);
    if (early_first) shop.Say(key, R"(,"in_stock":true,"left":9)", kDay0 + 2 * kMinuteMs);
    shop.Say(key, R"(,"in_stock":true)", kDay0 + 3 * kMinuteMs);
    if (!early_first) shop.Say(key, R"(,"in_stock":true,"left":9)", kDay0 + 2 * kMinuteMs);
    shop.AdvanceTo(kDay0 + 4 * kMinuteMs);
    CHECK(Has(shop.Outbox().back(), "ann/many@"));
  }
}

TEST_CASE(
    "call: an answer that the log has already stands in for the call, so a log that is read again walks the same") {
  Calling first;
  first.Answer(R"(,"in_stock":true)", kDay0 + 2 * kMinuteMs);
  CHECK(first.Outbox() == Lines{"ann/stock@0:accepted", "ann/few@0.03333333333333333:waiting"});
  Walked again(kStock);
  again.Fill(kDay0);
  again.Event("call_answered", "ann", kDay0 + 2 * kMinuteMs,
              fmt::format(R"({{"call":"{}","in_stock":true}})", first.last.key));
  again.AdvanceTo(kDay0 + 3 * kMinuteMs);
  CHECK(again.Outbox() == Lines{"ann/few@0.05:waiting"});
  CHECK(again.Claim("webhook").empty());
  again.RunTo(kDay0 + kHourMs);
  CHECK(again.Outbox().size() == 1);
}

TEST_CASE("call: an answer that came before its walk reached the call is not known to it yet") {
  const std::string_view branch =
      R"j({"wait": "1h"}, {"branch": [{"when": "has(journey.answers.stock)", "steps": [{"exit": "known"}]}]}, )j";
  Calling first("", kNoRules, branch);
  first.RunTo(kDay0 + kHourMs);
  first.Take("webhook");
  REQUIRE_FALSE(first.last.key.empty());
  Walked again(std::string(branch) + std::string(kStock));
  again.Fill(kDay0);
  again.Event("call_answered", "ann", kDay0 + kMinuteMs, fmt::format(R"({{"call":"{}"}})", first.last.key));
  again.RunTo(kDay0 + 2 * kHourMs);
  CHECK(again.Outbox() == Lines{"ann/none@1:waiting"});
}

TEST_CASE("call: what it was told is known until its next visit, also where the log has the next answer already") {
  const std::string steps =
      R"j({"wait": "1h", "name": "again"}, {"branch": [{"when": "journey.answers.stock.left > 2.0", "steps": [{"send": "a", "via": ["sms"], "name": "many"}]}],
      "else": [{"send": "b", "via": ["sms"], "name": "few"}]},
      {"call": "webhook", "name": "stock", "payload": {"n": 1}, "answer": {"left": "number"}, "within": "10m", "timeout": []},
      {"goto": "again", "max": 2})j";
  auto answer = [](Walked& shop, std::string_view key, int left, int64_t at_ms) {
    shop.Event("call_answered", "ann", at_ms, fmt::format(R"({{"call":"{}","left":{}}})", key, left));
    shop.AdvanceTo(at_ms);
  };
  auto begin = [&](Walked& shop) {
    shop.Fill(kDay0);
    shop.RunTo(kDay0 + kHourMs);
    shop.Take("webhook");
    answer(shop, shop.last.key, 5, kDay0 + kHourMs);
  };
  Walked first(steps);
  begin(first);
  first.RunTo(kDay0 + 2 * kHourMs);
  first.Take("webhook");
  Walked again(steps);
  begin(again);
  REQUIRE(first.last.key != again.last.key);
  answer(again, first.last.key, 1, kDay0 + kHourMs + kMinuteMs);
  again.RunTo(kDay0 + 2 * kHourMs);
  CHECK(again.Claim("webhook").empty());
  again.RunTo(kDay0 + 3 * kHourMs);
  const Lines sent = again.Outbox();
  auto was_sent = [&](std::string_view line) {
    return std::any_of(sent.begin(), sent.end(), [&](const std::string& one) { return Has(one, line); });
  };
  CHECK(was_sent("ann/few@1:"));
  CHECK(was_sent("ann/many@2:"));
  CHECK(was_sent("ann/few@3:"));
}

TEST_CASE("call: what is wrong with an answer is told, and the rest of it counts") {
  Calling shop;
  shop.Answer(fmt::format(R"(,"in_stock":true,"left":"many","what":"{}","until":"soon")", std::string(3000, 'x')),
              kDay0 + kMinuteMs);
  CHECK(Has(shop.Outbox().back(), "ann/few@"));
  const std::string refused = shop.Query("refused");
  CHECK(Has(refused, R"(answer_field: \"left\" of the answer to \"stock\" is not what the step expects, a number)"));
  CHECK(Has(refused, R"(answer_field: \"until\")"));
  CHECK(
      Has(refused, R"(answer_bytes_max: the answer to \"stock\" is longer than 2048 bytes, and \"what\" is left out)"));
  CHECK_FALSE(Has(refused, "unknown_call"));
  for (const std::string_view key : {"soon", "00000000000000000000000000000000"}) {
    Calling other;
    other.Take("webhook");
    other.Say(key, R"(,"in_stock":true)", kDay0);
    other.AdvanceTo(kDay0);
    CHECK(Has(other.Query("refused"), "unknown_call"));
    CHECK(other.Outbox().size() == 1);
  }
}

TEST_CASE("call: numbers of an answer are those of conditions and of texts, whole or not") {
  struct Case {
    std::string_view said, when, text;
  };
  for (const Case& c :
       {Case{"3", "answer.left == 3.0 && answer.left * 2.0 == 6.0", "3"}, Case{"-2.5", "answer.left < 0.0", "-2.5"},
        Case{"0.00002", "answer.left > 0.00001", ""}, Case{"9007199254740993", "answer.left > 9.0e15", ""}}) {
    INFO(c.said);
    std::string book = Book(fmt::format(
        R"j({{"call": "webhook", "name": "stock", "payload": {{"n": 1}}, "answer": {{"left": "number"}}, "within": "1m",
             "then": [{{"when": "{}", "steps": [{{"send": "said", "via": ["sms"]}}]}}], "timeout": []}})j",
        c.when));
    const std::string_view order = R"("order": {"class")";
    book.insert(
        book.find(order),
        R"("said": {"class": "transactional", "purpose": "order", "sms": "{{ journey.answers.stock.left }}"}, )");
    Shop shop(NewMemoryStore(), book);
    shop.Event("product_added", "ann", kDay0, R"({"cart_id":"c","product_id":"p"})");
    shop.RunTo(kDay0);
    const std::vector<Message> calls = shop.Claim("webhook");
    REQUIRE(calls.size() == 1);
    shop.Event("call_answered", "ann", kDay0, fmt::format(R"({{"call":"{}","left":{}}})", calls[0].key, c.said));
    shop.AdvanceTo(kDay0);
    const std::vector<Message> said = shop.Claim("sms");
    REQUIRE(said.size() == 1);
    if (!c.text.empty()) CHECK(Has(said[0].payload, fmt::format(R"("text":"{}")", c.text)));
  }
}

TEST_CASE("call: one that comes too late for its plan is not made, and its walk sends no burst") {
  for (const auto& [latest, made] : {std::pair<std::string, bool>{R"(, "latest": "2h")", false}, {"", true}}) {
    Walked shop(fmt::format(
        R"j({{"call": "webhook", "name": "stock", "payload": {{"n": 1}}, "within": "10m", "timeout": [{{"send": "a", "via": ["sms"], "latest": "1h"}}]{}}})j",
        latest));
    shop.Fill(kDay0);
    shop.AdvanceTo(kDay0 + 3 * kHourMs);  // the worker was away
    CHECK(shop.Claim("webhook").size() == (made ? 1U : 0U));
    shop.RunTo(kDay0 + 5 * kHourMs);
    CHECK(Has(shop.Query("report"), R"("stock":{"late":1})") != made);
    // What follows is planned from the call where it was made, else from the plan: then it is too late as well.
    CHECK(shop.Outbox().size() == (made ? 2U : 0U));
  }
  Walked shop(kStock);
  shop.Fill(kDay0);
  shop.AdvanceTo(kDay0 + 24 * kHourMs);
  CHECK(shop.Outbox().empty());  // a day, where it says nothing
}

TEST_CASE("call: it is handed out again with the same key as long as it is not known whether it arrived") {
  Calling shop;
  const std::vector<Message> first = shop.Claim("webhook", 10, 1'000);
  REQUIRE(first.size() == 1);
  shop.clock().Pass(2 * kMinuteMs);
  CHECK(shop.Claim("webhook").empty());  // its lease has lapsed: it waits a while
  shop.RunTo(kDay0 + 5 * kMinuteMs);
  const std::vector<Message> second = shop.Claim("webhook");
  REQUIRE(second.size() == 1);
  CHECK(second[0].key == first[0].key);
}

}  // namespace cartwheel
