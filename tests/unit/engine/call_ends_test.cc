// Calls that are out when something else happens to their walk or their customer.
#include "tests/unit/engine/calling.h"

namespace cartwheel {
namespace {

std::string Revised(int revision, std::string_view steps, std::string_view adopt) {
  std::string book = Book(steps);
  book.replace(book.find(R"("revision": 1)"), 13, fmt::format(R"("revision": {})", revision));
  const std::string_view before = R"("exit": [)";
  return book.insert(book.find(before), fmt::format(R"("adopt": {}, )", adopt));
}

std::string Named(std::string_view name, std::string_view channel = "webhook") {
  return fmt::format(
      R"j({{"call": "{}", "name": "{}", "within": "10m", "payload": {{"n": 2}}, "answer": {{"left": "number"}},
           "then": [{{"when": "answer.left > 2.0", "steps": [{{"send": "a", "via": ["sms"], "name": "much"}}]}}],
           "else": [{{"send": "b", "via": ["sms"], "name": "little"}}], "timeout": [{{"send": "b", "via": ["sms"], "name": "late"}}]}},
          {{"wait": "30m"}}, {{"branch": [{{"when": "journey.answers.{}.left > 2.0", "steps": [{{"send": "order", "via": ["sms"], "name": "known"}}]}}]}})j",
      channel, name, name);
}

void HoldAll(Shop& shop, std::string_view action) {
  REQUIRE(shop.engine().Hold({.action = std::string(action), .why = "t", .now_ms = shop.clock().NowMs()}).ok());
}

}  // namespace

TEST_CASE("call: of two walks that become one the call of the older is taken back, and its answer is for none") {
  Walked shop(
      R"j({"call": "webhook", "name": "stock", "payload": {"n": 1}, "answer": {"in_stock": "bool"}, "within": "10m",
      "then": [{"when": "answer.in_stock", "steps": [{"send": "a", "via": ["sms"], "name": "few"}]}], "timeout": []})j");
  shop.DeviceEvent("product_added", "dev", kDay0, R"({"cart_id":"c","product_id":"p"})");
  shop.RunTo(kDay0);
  const std::vector<Message> of_device = shop.Claim("webhook");
  REQUIRE(of_device.size() == 1);
  shop.Accept(of_device);
  shop.Fill(kDay0 + kMinuteMs);
  shop.RunTo(kDay0 + kMinuteMs);
  const std::vector<Message> of_ann = shop.Claim("webhook");
  REQUIRE(of_ann.size() == 1);
  shop.Accept(of_ann);
  shop.Identify("ann", "dev", kDay0 + 2 * kMinuteMs);
  for (const Message& call : {of_device[0], of_ann[0]}) {
    shop.clock().Set(shop.clock().NowMs() + kMinuteMs);
    shop.Event("call_answered", "ann", shop.clock().NowMs(),
               fmt::format(R"({{"call":"{}","in_stock":{}}})", call.key, call.key == of_ann[0].key));
    shop.AdvanceTo(shop.clock().NowMs());
  }
  CHECK(shop.Outbox().size() == 3);
  CHECK(Has(shop.Outbox().back(), "ann/few@"));
  CHECK(Has(shop.Query("refused"), "unknown_call"));
}

TEST_CASE("call: who is erased is asked about no more, and an answer of later is for no walk") {
  for (const bool taken : {false, true}) {
    Calling shop;
    const std::vector<Message> calls = taken ? shop.Claim("webhook") : std::vector<Message>();
    shop.Event("erase", "ann", kDay0 + kMinuteMs);
    shop.AdvanceTo(kDay0 + kMinuteMs);
    CHECK(shop.Claim("webhook").empty());
    CHECK(Has(shop.Outbox()[0], "/stock@0:revoked") != taken);
    if (taken) shop.Say(calls[0].key, R"(,"in_stock":true)", kDay0 + 2 * kMinuteMs);
    shop.RunTo(kDay0 + kHourMs);
    CHECK(shop.Outbox().size() == 1);
  }
}

TEST_CASE("call: a pause holds it, and one that waited for its end too long is not made") {
  for (const auto& [resumes_after, made] : {std::pair{5 * kMinuteMs, true}, {25 * kHourMs, false}}) {
    Walked shop(kStock);
    HoldAll(shop, "pause");
    shop.Fill(kDay0);
    shop.RunTo(kDay0 + resumes_after);
    CHECK(shop.Claim("webhook").empty());
    HoldAll(shop, "resume");
    shop.RunTo(kDay0 + resumes_after + 15 * kMinuteMs);  // what is held is asked for again by then
    CHECK((shop.Outbox().size() == 1 && Has(shop.Outbox()[0], "ann/stock@")) == made);
    CHECK(Has(shop.Query("report"), R"("stock":{"late":1})") != made);
  }
}

TEST_CASE("call: one that waits when the pause begins does not leave, and its walk goes on by its timeout") {
  Calling shop;
  HoldAll(shop, "pause");
  CHECK(shop.Claim("webhook").empty());
  shop.RunTo(kDay0 + 9 * kMinuteMs);
  CHECK(shop.Claim("webhook").empty());
  shop.RunTo(kDay0 + 20 * kMinuteMs);
  CHECK(Has(shop.Query("why", "ann"), R"("decision":"way","journey":"cart","step":"stock","detail":"timeout")"));
}

TEST_CASE("call: a stop ends the walk at its call") {
  Calling shop;
  HoldAll(shop, "stop");
  shop.RunTo(kDay0 + kHourMs);
  CHECK(shop.Claim("webhook").empty());
  CHECK(shop.Outbox().size() == 1);
  CHECK(Has(shop.Query("why", "ann"), R"("decision":"exited")"));
}

TEST_CASE("call: what happens to the customer's addresses and consents does not touch it") {
  Calling shop;
  shop.Event("endpoint_added", "ann", kDay0, R"({"channel":"webhook","address":"https://ann.example/"})");
  shop.Event("endpoint_removed", "ann", kDay0, R"({"channel":"webhook","address":"https://ann.example/"})");
  shop.Event("unsubscribed", "ann", kDay0, R"({"channel":"webhook"})");
  shop.AdvanceTo(kDay0);
  CHECK(shop.Outbox() == Lines{"ann/stock@0:waiting"});
  shop.Take("webhook");
  CHECK(shop.Outbox() == Lines{"ann/stock@0:accepted"});
}

TEST_CASE("call: its channel's word on it says nothing of the customer") {
  std::string book =
      Book(std::string(kStock) + R"(, {"send": "a", "via": ["webhook"], "name": "note", "min_gap": "0s"})");
  const std::string_view before = R"("push": {"title": "a")";
  book.insert(book.find(before), R"("webhook": {"text": "a"}, )");
  for (const OutcomeCode code : {OutcomeCode::kGone, OutcomeCode::kSuppressed}) {
    Shop shop(NewMemoryStore(), book);
    shop.Event("product_added", "ann", kDay0, R"({"cart_id":"c","product_id":"p","price":1000})");
    shop.RunTo(kDay0);
    const std::vector<Message> calls = shop.Claim("webhook");
    REQUIRE(calls.size() == 1);
    REQUIRE(shop.engine().Settle({{calls[0].id, calls[0].token, code}}).ok());
    shop.AdvanceTo(kDay0);
    CHECK(Has(shop.Query("why", "ann"), R"("step":"stock","detail":"timeout")"));
    CHECK(shop.Outbox().back() == "ann/note@0:waiting");  // an advertisement by the same channel
  }
}

TEST_CASE("call: an opening or click that names it is of no message") {
  Calling shop;
  shop.last = shop.Claim("webhook").at(0);  // it is out, so its walk has it open
  shop.Engage("message_clicked", kDay0 + kMinuteMs);
  shop.AdvanceTo(kDay0 + kMinuteMs);
  CHECK_FALSE(Has(shop.Query("report"), R"("clicked":{"stock")"));
}

TEST_CASE("adopt: a walk that stands at a call goes on by its answer, under the step's new name") {
  for (const std::string_view name : {"stock", "shelf"}) {
    INFO(name);
    Calling shop;
    shop.Take("webhook");
    const std::string key = shop.last.key;
    REQUIRE(shop.engine()
                .Load(Revised(2, Named(name), fmt::format(R"({{"from": "all", "steps": {{"stock": "{}"}}}})", name)))
                .ok());
    shop.AdvanceTo(kDay0 + kMinuteMs);
    shop.Say(key, R"(,"left":5)", kDay0 + 2 * kMinuteMs);
    shop.RunTo(kDay0 + 3 * kHourMs);
    CHECK(shop.Claim("webhook").empty());
    const Lines made = shop.Outbox();
    REQUIRE(made.size() == 3);
    CHECK(made[0] == "ann/stock@0:accepted");
    CHECK(Has(made[1], "ann/much@"));
    CHECK(Has(made[2], "ann/known@"));
  }
}

TEST_CASE("adopt: a call that the new revision makes by another channel is taken back and made anew") {
  Calling shop;
  REQUIRE(shop.engine().Load(Revised(2, Named("stock", "stock_service"), R"({"from": "all"})")).ok());
  shop.RunTo(kDay0 + kHourMs);
  CHECK(shop.Claim("webhook").empty());
  const Lines made = shop.Outbox();
  REQUIRE(made.size() >= 2);
  CHECK(made[0] == "ann/stock@0:revoked");
  CHECK(Has(made[1], "ann/stock@"));
}

TEST_CASE("adopt: a call that was made is not made again by the same name, and its answer is kept") {
  const std::string after = R"(, {"wait": "24h"}, {"send": "a", "via": ["sms"], "name": "end"})";
  for (const bool answered : {true, false}) {
    INFO(answered);
    Calling shop(after);
    if (answered)
      shop.Answer(R"(,"in_stock":true,"left":5)", kDay0 + kMinuteMs);
    else
      shop.Take("webhook");
    shop.RunTo(kDay0 + kHourMs);  // the walk is at "end"
    const std::string steps =
        R"({"wait": "2h"}, {"send": "a", "via": ["sms"], "name": "end"}, {"wait": "1h"}, )" + Named("stock");
    REQUIRE(shop.engine().Load(Revised(2, steps, R"({"from": "all"})")).ok());
    shop.RunTo(kDay0 + 30 * kHourMs);
    CHECK(shop.Claim("webhook").empty());
    const Lines made = shop.Outbox();
    const auto has = [&](std::string_view step) {
      return std::any_of(made.begin(), made.end(), [&](const std::string& line) { return Has(line, step); });
    };
    CHECK(has("/much@") == answered);
    CHECK(has("/known@") == answered);
  }
}

}  // namespace cartwheel
