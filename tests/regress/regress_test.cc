// Twelve failures that users of other systems report. Each is tried here as it was reported, whatever law forbids it.
#include <map>
#include <set>

#include "engine/outbox/claims.h"
#include "store/sqlite/sqlite_store.h"
#include "tests/fault/fault_store.h"
#include "tests/unit/engine/shop.h"
#include "tests/unit/store/store_factories.h"

using namespace cartwheel;

namespace {

constexpr std::string_view kTea = R"({"product_id":"tea","price":10})";

std::string Person(int n) { return fmt::format("p{}", n); }

// A store that counts the customers that are read from it.
class CountingStore final : public fault::FaultStore {
 public:
  using FaultStore::FaultStore;
  absl::StatusOr<std::vector<std::string>> Load(absl::Span<const CustomerRow> rows) override {
    loaded += rows.size();
    return FaultStore::Load(rows);
  }
  size_t loaded = 0;
};

// How often each message was handed out, by its key.
using HandOuts = std::map<std::string, int>;

void Note(const std::vector<Message>& messages, HandOuts& hand_outs) {
  for (const Message& message : messages) ++hand_outs[message.key];
}

int Most(const HandOuts& hand_outs) {
  int most = 0;
  for (const auto& [key, times] : hand_outs) most = std::max(most, times);
  return most;
}

}  // namespace

TEST_CASE("regress: two workers send the same message") {
  Shop shop;
  std::unique_ptr<Engine> other = NewEngine(shop.store(), shop.options());
  for (int i = 0; i < 50; ++i) shop.Event("product_added", Person(i), kDay0, kTea);
  shop.AdvanceTo(kDay0);
  HandOuts hand_outs;
  for (int hour = 1; hour <= 80; ++hour) {
    shop.clock().Pass(kHourMs);
    // Both wake at the same moment, both advance, both claim, both claim again before anything was settled.
    (void)shop.engine().Advance();
    (void)other->Advance();
    for (int turn = 0; turn < 3; ++turn) {
      std::vector<Message> mine = shop.Claim("web_push", 7);
      std::vector<Message> theirs = other->Claim({.channel = "web_push", .max = 7}).value().messages;
      Note(mine, hand_outs), Note(theirs, hand_outs);
      shop.Accept(mine);
      std::vector<Outcome> outcomes;
      for (const Message& message : theirs) outcomes.push_back({message.id, message.token, OutcomeCode::kAccepted});
      REQUIRE(other->Settle(outcomes).ok());
    }
  }
  CHECK(hand_outs.size() == 150);
  CHECK(Most(hand_outs) == 1);
}

TEST_CASE("regress: a crash in the middle of the list loses people, or begins it again") {
  Shop shop;
  shop.options().work_max = 7;
  shop.Crash();
  for (int i = 0; i < 100; ++i) shop.Event("product_added", Person(i), kDay0, kTea);
  shop.AdvanceTo(kDay0);
  shop.clock().Set(kDay0 + 24 * kHourMs + kSecondMs);
  HandOuts hand_outs;
  for (int crash = 0; crash < 60; ++crash) {  // seven at a time, and then it is gone
    REQUIRE(shop.engine().Advance().ok());
    std::vector<Message> some = shop.Claim("web_push", 3);
    Note(some, hand_outs);
    shop.Accept(some);
    shop.Crash();
  }
  CHECK(shop.Outbox().size() == 100);
  CHECK(hand_outs.size() == 100);
  CHECK(Most(hand_outs) == 1);
}

TEST_CASE("regress: a reminder after the purchase") {
  Shop shop;
  shop.Event("product_added", "kim", kDay0, kTea);
  shop.AdvanceTo(kDay0 + 24 * kHourMs);
  REQUIRE(shop.Outbox() == std::vector<std::string>{"kim/first@24:waiting"});
  // The order is in, and no worker has looked at it yet.
  shop.Event("order_completed", "kim", shop.clock().NowMs());
  CHECK(shop.Claim("web_push").empty());
  shop.AdvanceTo(shop.clock().NowMs());
  CHECK(shop.Claim("web_push").empty());
  shop.RunTo(kDay0 + 100 * kHourMs);
  CHECK(shop.Outbox() == std::vector<std::string>{"kim/first@24:revoked"});
}

TEST_CASE("regress: steps bunch up when the scheduler comes late") {
  Shop shop;
  shop.Event("product_added", "kim", kDay0, kTea);
  shop.AdvanceTo(kDay0);
  shop.AdvanceTo(kDay0 + 73 * kHourMs);  // no worker ran for three days
  CHECK(shop.Outbox().size() == 1);
  shop.RunTo(kDay0 + 200 * kHourMs);
  CHECK(shop.Outbox() == std::vector<std::string>{"kim/third@73:expired"});
}

TEST_CASE("regress: a timer is lost, or stays for ever") {
  Shop shop;
  for (int i = 0; i < 20; ++i) shop.Event("product_added", Person(i), kDay0 + i * kMinuteMs, kTea);
  for (int hour = 1; hour <= 80; ++hour) {  // a restart an hour, some of them crashes, and the clock jitters
    shop.AdvanceTo(kDay0 + hour * kHourMs + (hour % 3 - 1) * 20 * kMinuteMs);
    shop.Accept(shop.Claim("web_push"));
    if (hour % 2 == 0)
      shop.Crash();
    else
      shop.Reopen();
  }
  CHECK(shop.Outbox().size() == 60);
  // All that is left are the carts' own ends.
  shop.RunTo(kDay0 + 90 * kDayMs);
  CHECK(shop.AdvanceTo(kDay0 + 91 * kDayMs).next_due_ms == 0);
  shop.Event("product_viewed", Person(1), kDay0 + 91 * kDayMs);
  shop.AdvanceTo(kDay0 + 91 * kDayMs);
  int entries = 0;
  CHECK(shop.store()->Alarms(INT32_MIN, INT32_MAX, [&](const AlarmEntry&) { ++entries; }).ok());
  CHECK(entries == 0);
}

TEST_CASE("regress: the runner has stalled, and nobody notices") {
  Shop shop;
  shop.Event("product_added", "kim", kDay0, kTea);
  shop.AdvanceTo(kDay0);
  CHECK(Has(shop.Query("health"), R"("ok":true)"));
  shop.clock().Pass(30 * kHourMs);
  shop.Event("product_added", "lee", shop.clock().NowMs(), kTea);
  shop.clock().Pass(10 * kMinuteMs);
  const std::string health = shop.Query("health");
  CHECK(Has(health, R"("ok":false)"));
  CHECK(Has(health, R"("worker":"lapsed")"));
  CHECK(Has(health, R"("code":"no_worker")"));
  CHECK(Has(health, R"("code":"late_alarms")"));
}

TEST_CASE("regress: a day with 23 or 25 hours moves the reminder") {
  // America/New_York: 2026-03-08T07:00Z clocks go forward, 2026-11-01T06:00Z back.
  for (int64_t change : {int64_t{1'772'953'200'000}, int64_t{1'793'512'800'000}}) {
    std::string playbook = RemindersOnly();
    playbook.replace(playbook.find(R"("currency": "KRW")"), 17, R"("currency": "USD", "timezone": "America/New_York")");
    Shop shop(NewMemoryStore(), playbook);
    const int64_t added = change - 12 * kHourMs;
    shop.clock().Set(added);
    shop.Event("product_added", "kim", added, kTea);
    shop.RunTo(added + 80 * kHourMs);
    auto rows = shop.store()->ListMessages({{}, MessageId(0), 10});
    REQUIRE(rows->size() == 3);
    for (size_t i = 0; i < 3; ++i) CHECK((*rows)[i].made_at_ms - added == static_cast<int64_t>(i + 1) * 24 * kHourMs);
  }
}

TEST_CASE("regress: a restart reads everybody") {
  auto store = std::make_shared<CountingStore>(NewMemoryStore());
  Shop shop(store);
  for (int i = 0; i < 500; ++i) shop.Event("product_added", Person(i), kDay0, kTea);
  shop.AdvanceTo(kDay0);
  shop.Crash();
  store->loaded = 0;
  CHECK(shop.AdvanceTo(kDay0 + kHourMs).next_due_ms != 0);
  CHECK(store->loaded == 0);
  shop.Event("product_viewed", Person(7), kDay0 + kHourMs);
  shop.AdvanceTo(kDay0 + 2 * kHourMs);
  CHECK(store->loaded == 1);
}

TEST_CASE("regress: one bad recipient takes the batch with it") {
  Shop shop;
  for (int i = 0; i < 10; ++i) shop.Event("product_added", Person(i), kDay0, kTea);
  shop.AdvanceTo(kDay0);
  shop.AdvanceTo(kDay0 + 24 * kHourMs + kSecondMs);
  std::vector<Message> messages = shop.Claim("web_push");
  REQUIRE(messages.size() == 10);
  std::vector<Outcome> outcomes;
  for (const Message& message : messages)
    outcomes.push_back(
        {message.id, message.token, message.customer == "p4" ? OutcomeCode::kRejectMsg : OutcomeCode::kAccepted});
  outcomes.push_back({999'999, 1, OutcomeCode::kAccepted});  // and an unknown one
  auto settled = shop.engine().Settle(outcomes);
  REQUIRE(settled.ok());
  CHECK(settled->settled == 10);
  CHECK(settled->unknown == 1);
  shop.RunTo(kDay0 + 80 * kHourMs);
  CHECK(shop.Outbox().size() >= 10 + 9 + 9);
}

TEST_CASE("regress: the carts of two people become one") {
  Shop shop;
  // Ids that shops give to visitors who are not logged in.
  for (std::string_view id : {"guest", "0", "-1", "null", "undefined", "anonymous", ""}) {
    auto result =
        shop.Raw(fmt::format(R"({{"type":"product_added","customer":"{}","properties":{{"product_id":"tea"}}}})", id));
    CHECK(result.accepted == 0);
  }
  shop.clock().Set(kDay0 + 2 * kHourMs);
  // The same cart id, the same device name as another person's customer id, and one machine that two people use.
  shop.Event("product_added", "kim", kDay0, R"({"product_id":"tea","cart_id":"1"})");
  shop.Event("product_added", "lee", kDay0, R"({"product_id":"mug","cart_id":"1"})");
  shop.DeviceEvent("product_added", "kim", kDay0, R"({"product_id":"pen"})");
  shop.Identify("kim", "shared", kDay0);
  shop.Identify("lee", "shared", kDay0 + kHourMs);
  shop.DeviceEvent("product_added", "shared", kDay0 + 2 * kHourMs, R"({"product_id":"hat"})");
  shop.AdvanceTo(kDay0 + 3 * kHourMs);
  const std::string kim = shop.Query("customer", "kim"), lee = shop.Query("customer", "lee");
  CHECK(Has(kim, "tea"));
  CHECK_FALSE(Has(kim, "mug"));
  CHECK_FALSE(Has(kim, "\"pen\""));
  CHECK_FALSE(Has(kim, "hat"));
  CHECK(Has(lee, "mug"));
  CHECK_FALSE(Has(lee, "tea"));
  CHECK(Has(lee, "hat"));
}

TEST_CASE("regress: a restored backup sends again what was sent") {
  TemporaryDirectory directory;
  auto open = [&](const std::string& name) {
    return std::shared_ptr<Store>(OpenSqliteStore(directory.File(name), {}).value());
  };
  Shop shop(open("shop.db"), kCartPlaybook);
  shop.clock().Set(kDay0 + 24 * kHourMs);
  for (int i = 0; i < 5; ++i) shop.Event("product_added", Person(i), kDay0 + i * kHourMs, kTea);
  shop.Event("order_completed", "ann", kDay0 + 24 * kHourMs);
  shop.AdvanceTo(kDay0 + 25 * kHourMs);  // two reminders and an order's note wait
  REQUIRE(shop.store()->Backup(directory.File("copy.db")).ok());
  CHECK(absl::IsAlreadyExists(shop.store()->Backup(directory.File("copy.db"))));
  HandOuts ads;
  std::set<std::string> notes;
  auto work = [&](Shop& at, int64_t until) {
    for (int64_t now = at.clock().NowMs(); now <= until; now += kHourMs) {
      at.AdvanceTo(now);
      std::vector<Message> messages = at.Claim("web_push");
      at.Accept(messages);
      for (const Message& message : messages) {
        if (message.message_class == "ad")
          ++ads[message.key];
        else
          notes.insert(message.key);
      }
    }
  };
  work(shop, kDay0 + 30 * kHourMs);
  REQUIRE(ads.size() == 5);
  // The disk is gone. The copy takes over at hour 40, when the first reminders of all five are out.
  Shop restored(open("copy.db"), kCartPlaybook);
  restored.clock().Set(kDay0 + 40 * kHourMs);
  REQUIRE(MarkRestored(*restored.store(), restored.clock().NowMs()).ok());
  REQUIRE(restored.store()->Adopt().ok());
  notes.clear();
  work(restored, kDay0 + 90 * kHourMs);
  CHECK(Most(ads) == 1);
  CHECK(ads.size() == 15);   // and what was planned after that moment goes on
  CHECK(notes.size() == 1);  // the order's note may come twice, but never not at all
  CHECK(Has(restored.Query("why", "p4"), "restored"));
}

TEST_CASE("regress: a wrong clock, or a wrong re-arm, fires early, late or twice") {
  Shop shop;
  shop.Event("product_added", "kim", kDay0, kTea);
  shop.AdvanceTo(kDay0);
  // Set back by a day, forward by two hours, back again: it is due when a clock says so for the first time, and once.
  for (int64_t hour : {-24, 2, 1, 23, 20}) shop.AdvanceTo(kDay0 + hour * kHourMs);
  CHECK(shop.Outbox().empty());
  shop.AdvanceTo(kDay0 + 24 * kHourMs);
  shop.AdvanceTo(kDay0 + 23 * kHourMs);
  shop.AdvanceTo(kDay0 + 24 * kHourMs);
  CHECK(shop.Outbox().size() == 1);
  // A claim lasts as long as the machine's own time says, whatever the wall clock does meanwhile.
  std::vector<Message> held = shop.Claim("web_push", 1, 60'000);
  REQUIRE(held.size() == 1);
  shop.AdvanceTo(kDay0 + 30 * kHourMs);
  CHECK(shop.Outbox()[0] == "kim/first@24:claimed");
  shop.Accept(held);

  // A reset moves the first reminder, and only that.
  Shop other;
  other.Event("product_added", "lee", kDay0, kTea);
  other.RunTo(kDay0 + 20 * kHourMs);
  other.Event("cart_viewed", "lee", kDay0 + 20 * kHourMs);
  other.RunTo(kDay0 + 100 * kHourMs);
  CHECK(other.Outbox() ==
        std::vector<std::string>{"lee/first@44:expired", "lee/second@68:expired", "lee/third@92:waiting"});
}
