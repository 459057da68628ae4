// Calls: what a system of the shop answers branches the walk and is known to it afterwards.
#include "tests/unit/engine/walked.h"

namespace cartwheel {
namespace {

constexpr std::string_view kStock = R"j({"call": "webhook", "name": "stock", "within": "10m",
    "payload": {"customer": "{{ customer.id }}", "worth": "{{ cart.value }}"},
    "answer": {"in_stock": "bool", "left": "number", "what": "text", "until": "time"},
    "then": [{"when": "answer.in_stock && answer.left > 2.0", "name": "many", "steps": [{"send": "a", "via": ["sms"], "name": "many"}]},
             {"when": "answer.in_stock", "name": "few", "steps": [{"send": "b", "via": ["sms"], "name": "few"}]}],
    "else": [{"send": "b", "via": ["sms"], "name": "none"}],
    "timeout": [{"send": "b", "via": ["sms"], "name": "late"}]})j";

struct Calling : Walked {
  explicit Calling(std::string_view after = "", std::string_view policy = kNoRules)
      : Walked(std::string(kStock) + std::string(after), policy) {
    Fill(kDay0);
    RunTo(kDay0);
  }
  // Takes the call, and answers it at `at_ms`.
  void Answer(std::string_view properties, int64_t at_ms) {
    Take("webhook");
    Tell(properties, at_ms);
  }
  void Tell(std::string_view properties, int64_t at_ms) {
    RunTo(at_ms - 1);
    clock().Set(at_ms);
    Event("call_answered", "ann", at_ms, fmt::format(R"({{"call":"{}"{}}})", last.key, properties));
    AdvanceTo(at_ms);
  }
};

}  // namespace

TEST_CASE("call: it leaves by its channel, with its payload, to no address, and is a message of the class call") {
  Calling shop;
  shop.NeedAddresses();  // none is needed
  const std::vector<Message> calls = shop.Claim("webhook");
  REQUIRE(calls.size() == 1);
  CHECK(calls[0].message_class == "call");
  CHECK(calls[0].payload == R"({"customer":"ann","worth":"1000"})");
  CHECK(calls[0].step == "stock");
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

}  // namespace cartwheel
