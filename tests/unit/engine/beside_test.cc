// A worker commits a batch while it steps the next, and others ingest meanwhile: everything is counted and reminded of
// as if one came after the other.
#include <map>

#include "cartwheel/worker.h"
#include "core/model/message_body.h"
#include "store/sqlite/sqlite_store.h"
#include "tests/shared_clock.h"
#include "tests/temporary_directory.h"
#include "tests/unit/engine/shop.h"

namespace cartwheel {
namespace {

constexpr std::string_view kBook = R"json({
  "playbook": 1, "revision": 1, "policy": {"consent": "assumed_by_shop", "rules": []}, "shop": {"name": "s", "currency": "KRW"},
  "templates": {"remind": {"purpose": "cart", "push": {"title": "t", "body": "{{ cart.value }}"}}},
  "journeys": {"cart": {"enter": {"on": "product_added", "key": "cart.id"}, "exit": [{"on": "order_completed"}],
    "steps": [{"wait": "1h"}, {"send": "remind", "via": ["web_push"], "latest": "30d"}]}}
})json";
constexpr int kTurns = 300;  // each ten minutes of the shop's time

// Two customers a turn: one who leaves a cart, and one who buys in the same call.
std::string Turn(int turn, int64_t now_ms) {
  auto say = [&](std::string_view type, int customer) {
    return fmt::format(
        R"({{"id":"{0}{1}","type":"{0}","customer":"c{1}","at":{2},"properties":{{"product_id":"p","price":10}}}})"
        "\n",
        type, customer, now_ms);
  };
  return say("product_added", 2 * turn) + say("product_added", 2 * turn + 1) + say("order_completed", 2 * turn + 1);
}

void CheckWorker(const std::shared_ptr<Store>& store) {
  SharedClock clock(kDay0);
  Options options;
  options.clock = &clock;
  auto engine = NewEngine(store, options);
  engine->impl().SetAddressById(true);
  REQUIRE(engine->Load(kBook).ok());
  engine->impl().SetBatchMax(7);
  Worker worker(engine.get(), Dispatcher(engine.get()));
  worker.Start();
  for (int turn = 0; turn < kTurns; ++turn) {
    const std::string events = Turn(turn, clock.now_ms += 10 * kMinuteMs);
    REQUIRE(engine->Ingest(events, {}).ok());
    if (turn % 10 == 0) REQUIRE(engine->Ingest(events, {}).ok());  // told again
  }
  clock.now_ms += 2 * kHourMs;
  for (int waits = 0; worker.counts().events < 3 * (kTurns + kTurns / 10) && waits < 20'000; ++waits)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  worker.Stop();
  INFO(StatusText(worker.last_error()));
  CHECK(worker.last_error().ok());
  CHECK(worker.counts().events == 3 * (kTurns + kTurns / 10));
  for (bool more = true; more;) more = engine->Advance(0)->more;
  std::map<std::string, int64_t> made;
  const auto rows = store->ListMessages({{}, MessageId(0), 10'000});
  REQUIRE(rows.ok());
  for (const MessageRow& row : *rows) {
    CHECK(made.emplace(DecodeMessageBody(row.body).customer, row.made_at_ms).second);
  }
  CHECK(made.size() == kTurns);
  for (int turn = 0; turn < kTurns; ++turn) {
    CAPTURE(turn);
    CHECK(made[fmt::format("c{}", 2 * turn)] >= kDay0 + (turn + 1) * 10 * kMinuteMs + kHourMs);
  }
  const auto counted = store->Counters();
  REQUIRE(counted.ok());
  CHECK(CountOf(*counted, Metric::kCustomers) == 2 * kTurns);
  CHECK(CountOf(*counted, Metric::kDuplicates) == 3 * kTurns / 10);
  CHECK(CountOf(*counted, Metric::kEntered) == 2 * kTurns);
}

}  // namespace

TEST_CASE("beside: a worker in memory") { CheckWorker(NewMemoryStore()); }

TEST_CASE("beside: a worker over a file") {
  TemporaryDirectory directory;
  auto store = OpenSqliteStore(directory.File("shop.db"));
  REQUIRE(store.ok());
  CheckWorker(*std::move(store));
}

}  // namespace cartwheel
