// A new revision adopts walks of older ones: what is kept of them, what is lost, and when they go on.
#include <algorithm>
#include <set>

#include "tests/unit/engine/shop.h"

namespace cartwheel {
namespace {

using Lines = std::vector<std::string>;

std::string Book(int revision, std::string_view steps, std::string_view adopt = "") {
  return fmt::format(
      R"json({{"playbook": 1, "revision": {}, "policy": {{"consent": "assumed_by_shop", "rules": []}}, "shop": {{"name": "S", "currency": "KRW"}},
    "templates": {{"a": {{"purpose": "promotion", "push": {{"title": "a", "body": "a"}}, "sms": "a"}}}},
    "journeys": {{"walk": {{"enter": {{"on": "begun"}}, "exit": [{{"on": "ended"}}], {}"steps": [{}]}}}}}})json",
      revision, adopt.empty() ? std::string() : fmt::format(R"("adopt": {}, )", adopt), steps);
}

constexpr std::string_view kSteps =
    R"({"wait": "24h"}, {"send": "a", "via": ["web_push", "sms"], "latest": "12h", "name": "one"},
       {"wait": "24h"}, {"send": "a", "via": ["web_push", "sms"], "latest": "12h", "name": "two"})";

struct Adopted : Shop {
  explicit Adopted(std::string_view steps = kSteps) : Shop(NewMemoryStore(), Book(1, steps)) {}
  void Begin(std::string_view customer, int64_t at_ms = kDay0) { Event("begun", customer, at_ms); }
  std::string Load(std::string_view steps, std::string_view adopt, int revision = 2) {
    const auto loaded = engine().Load(Book(revision, steps, adopt));
    INFO(StatusText(loaded.status()));
    REQUIRE(loaded.ok());
    CHECK(loaded->revision == revision);
    return loaded->note;
  }
  std::string Refusal(std::string_view steps, std::string_view adopt) {
    return std::string(StatusText(engine().Load(Book(2, steps, adopt)).status()));
  }
  void Settle(std::string_view channel, OutcomeCode code) {
    std::vector<Outcome> outcomes;
    for (const Message& message : Claim(channel)) outcomes.push_back({message.id, message.token, code});
    REQUIRE(engine().Settle(outcomes).ok());
    AdvanceTo(clock().NowMs());
  }
};

}  // namespace

TEST_CASE("adopt: a walk goes on at the step of the name that it is given, and its waits count anew") {
  Adopted shop;
  shop.Begin("ann");
  shop.RunTo(kDay0 + 10 * kHourMs);
  const std::string note = shop.Load(R"({"wait": "12h"}, {"send": "a", "via": ["sms"], "name": "first"}, {"wait": "6h"},
                   {"send": "a", "via": ["sms"], "name": "two", "min_gap": "1h"})",
                                     R"({"from": 1, "steps": {"one": "first"}})");
  CHECK(note.empty());
  shop.RunTo(kDay0 + 40 * kHourMs);
  CHECK(shop.Outbox() == Lines{"ann/first@12:expired", "ann/two@18:waiting"});
  CHECK(Has(shop.Query("why", "ann"), R"("decision":"adopted","journey":"walk","step":"first","detail":"revision 1")"));
}

TEST_CASE("adopt: without it a walk stays on its revision") {
  Adopted shop;
  shop.Begin("ann");
  shop.RunTo(kDay0 + 10 * kHourMs);
  shop.Load(R"({"wait": "12h"}, {"send": "a", "via": ["sms"], "name": "one"})", "");
  shop.RunTo(kDay0 + 30 * kHourMs);
  CHECK(shop.Outbox() == Lines{"ann/one@24:waiting"});
}

TEST_CASE("adopt: what would be due by then is spread over the hour after the adoption, and nothing is early") {
  Adopted shop;
  constexpr int kCustomers = 200;
  for (int i = 0; i < kCustomers; ++i) shop.Begin(fmt::format("c{}", i));
  shop.RunTo(kDay0 + 20 * kHourMs);
  shop.Load(R"({"wait": "12h"}, {"send": "a", "via": ["sms"], "name": "one"})", R"({"from": "all"})");
  shop.RunTo(kDay0 + 22 * kHourMs);
  const auto rows = shop.store()->ListMessages({{}, MessageId(0), 1000});
  REQUIRE(rows.ok());
  REQUIRE(rows->size() == kCustomers);
  std::set<int64_t> minutes;
  for (const MessageRow& row : *rows) {
    CHECK(row.made_at_ms >= kDay0 + 20 * kHourMs);
    CHECK(row.made_at_ms <= kDay0 + 21 * kHourMs);
    minutes.insert((row.made_at_ms - kDay0) / kMinuteMs);
  }
  CHECK(minutes.size() > 45);  // 200 draws of 60 leave 58 of them used, at the mean
}

TEST_CASE("adopt: a step that was sent under its name is not sent again, but by a goto") {
  for (const bool again : {false, true}) {
    Adopted shop;
    shop.Begin("ann");
    shop.RunTo(kDay0 + 24 * kHourMs);
    shop.Settle("web_push", OutcomeCode::kAccepted);
    const std::string steps =
        R"({"wait": "1h"}, {"send": "a", "via": ["web_push"], "name": "first"}, {"wait": "30h"},
           {"send": "a", "via": ["web_push"], "name": "more", "min_gap": "0s"})" +
        std::string(again ? R"(, {"wait": "1h"}, {"goto": "first", "max": 1})" : "");
    // The walk is at "two", and goes back to what "one" has become.
    shop.Load(steps, R"({"from": 1, "steps": {"one": "first", "two": "first"}})");
    shop.RunTo(kDay0 + 100 * kHourMs);
    const Lines made = shop.Outbox();
    CHECK(Has(shop.Query("report"), R"("sent_before":1)"));
    CHECK(made[0] == "ann/one@24:accepted");
    CHECK(std::count_if(made.begin(), made.end(), [](const std::string& line) { return Has(line, "/first@"); }) ==
          (again ? 1 : 0));
    CHECK(std::count_if(made.begin(), made.end(), [](const std::string& line) { return Has(line, "/more@"); }) ==
          (again ? 2 : 1));
    std::set<std::string> keys;
    const auto rows = shop.store()->ListMessages({{}, MessageId(0), 1000});
    REQUIRE(rows.ok());
    for (const MessageRow& row : *rows) keys.insert(row.body);
    CHECK(keys.size() == made.size());
  }
}

TEST_CASE("adopt: a walk at a lost step stays on its revision, and the load lists the step") {
  Adopted shop;
  shop.Begin("ann");
  shop.Begin("bea", kDay0 + kHourMs);
  shop.RunTo(kDay0 + 24 * kHourMs + kMinuteMs);  // ann is at "two", bea at "one"
  const std::string note =
      shop.Load(R"({"wait": "30h"}, {"send": "a", "via": ["sms"], "name": "one"})", R"({"from": "all"})");
  CHECK(note == R"(journey "walk" adopts from revision 1 all but who is at "two")");
  shop.RunTo(kDay0 + 60 * kHourMs);
  CHECK(shop.Outbox() == Lines{"ann/one@24:expired", "bea/one@31:expired", "ann/two@48:expired"});
}

TEST_CASE("adopt: a message that waits goes on under its step's name, one whose step is lost is revoked") {
  for (const bool kept : {false, true}) {
    Adopted shop;
    shop.Begin("ann");
    shop.RunTo(kDay0 + 24 * kHourMs);
    shop.Load(
        fmt::format(
            R"({{"wait": "24h"}}, {{"send": "a", "via": ["web_push", "sms"], "name": "{}", "latest": "12h"}}, {{"wait": "24h"}}, {{"send": "a", "via": ["sms"], "name": "two"}})",
            kept ? "first" : "other"),
        kept ? R"({"from": 1, "steps": {"one": "first"}})" : R"({"from": 1})");
    shop.AdvanceTo(kDay0 + 24 * kHourMs + kMinuteMs);
    shop.Settle("web_push", OutcomeCode::kFailedFinal);
    if (kept)
      CHECK(shop.Outbox() == Lines{"ann/one@24:failed", "ann/first@24.016666666666666:waiting"});
    else
      CHECK(shop.Outbox() == Lines{"ann/one@24:revoked"});
  }
}

TEST_CASE("adopt: a click on a message from before ends a wait of the new revision") {
  for (const bool clicked : {false, true}) {
    constexpr std::string_view kWaits =
        R"({"send": "a", "via": ["web_push"], "name": "push", "latest": "1h"},
           {"wait_for": [{"clicked": "push", "then": [{"exit": "came_back"}]}], "within": "5h", "name": "reaction",
            "timeout": [{"send": "a", "via": ["sms"], "name": "later"}]})";
    Adopted shop(kWaits);
    shop.Begin("ann");
    shop.RunTo(kDay0);
    std::vector<Message> messages = shop.Claim("web_push");
    REQUIRE(messages.size() == 1);
    shop.Accept(messages);
    shop.RunTo(kDay0 + kMinuteMs);
    std::string shifted(kWaits);
    shifted.replace(shifted.find("5h"), 2, "3h");
    shop.Load(R"({"branch": [{"when": "customer.points > 5", "steps": []}], "else": [], "name": "new"}, )" + shifted,
              R"({"from": 1})");
    shop.RunTo(kDay0 + kHourMs);
    if (clicked)
      shop.Event("message_clicked", "ann", kDay0 + kHourMs, fmt::format(R"({{"message_id":{}}})", messages[0].id));
    shop.RunTo(kDay0 + 5 * kHourMs);
    CHECK(shop.Outbox().size() == (clicked ? 1 : 2));
  }
}

TEST_CASE("adopt: a crash at any slice adopts every walk, and none twice") {
  for (const int crash_after : {0, 1, 3, 6}) {
    CAPTURE(crash_after);
    Adopted shop;
    for (int i = 0; i < 30; ++i) shop.Begin(fmt::format("c{}", i));
    shop.RunTo(kDay0 + kHourMs);
    shop.Load(R"({"wait": "6h"}, {"send": "a", "via": ["sms"], "name": "one"})", R"({"from": 1})");
    shop.options().work_max = 4;
    shop.Reopen();
    shop.engine().impl().SetBatchMax(4);
    for (int i = 0; i < crash_after; ++i) REQUIRE(shop.engine().Advance().ok());
    shop.Crash();
    shop.RunTo(kDay0 + 7 * kHourMs);
    Lines made = shop.Outbox();
    std::sort(made.begin(), made.end());
    CHECK(made.size() == 30);
    CHECK(std::all_of(made.begin(), made.end(), [](const std::string& line) { return Has(line, "/one@6:"); }));
  }
}

TEST_CASE("adopt: a device whose walk was not reached yet is adopted with its owner's") {
  Adopted shop;
  shop.DeviceEvent("begun", "phone", kDay0);
  shop.AdvanceTo(kDay0);
  shop.Load(R"({"wait": "6h"}, {"send": "a", "via": ["sms"], "name": "one"})", R"({"from": 1})");
  shop.Identify("ann", "phone", kDay0 + 1);
  shop.RunTo(kDay0 + 7 * kHourMs);
  CHECK(shop.Outbox() == Lines{"ann/one@6:waiting"});
}

TEST_CASE("adopt: a revision or a step that was never loaded is refused") {
  Adopted shop;
  constexpr std::string_view kOne = R"({"send": "a", "via": ["sms"], "name": "one"})";
  CHECK(Has(shop.Refusal(kOne, R"({"from": 1, "steps": {"three": "one"}})"),
            R"(/journeys/walk/adopt/steps: no step of an adopted revision is called "three")"));
  CHECK(Has(shop.Refusal(kOne, R"({"from": 2})"), "2 is no older revision, expected 1 to 1"));
  shop.Load(kOne, "", 4);
  const auto loaded = shop.engine().Load(Book(5, kOne, R"({"from": 3})"));
  CHECK(Has(StatusText(loaded.status()), "/journeys/walk/adopt/from: revision 3 was not loaded"));
  Shop in_a_new_database(NewMemoryStore(), Book(5, kOne, R"({"from": 3})"));
}

}  // namespace cartwheel
