// The main job over a store whose N-th call fails, N = 1, 2, 3, … until a run meets no fault: once the store works
// again, everything is as if nothing had happened. An ingest that failed is tried again by the shop with the same ids;
// an advertisement whose claim failed after it was written is the one thing that may be lost (law 5: at most once).
#include "tests/fault/fault_store.h"

#include <chrono>
#include <map>
#include <string>
#include <thread>

#include "base/packed.h"
#include "base/status.h"
#include "base/time.h"
#include "cartwheel/clock.h"
#include "core/model/message_body.h"
#include "engine/engine_impl.h"
#include "fmt/format.h"
#include "store/memory/memory_store.h"
#include "tests/catch.h"

namespace cartwheel::fault {
namespace {

constexpr int64_t kDay0Ms = 1'767'225'600'000;
constexpr std::string_view kPlaybook = R"({"playbook":1,"revision":1,"policy":{"consent":"assumed_by_shop","rules":[]},
  "shop":{"name":"s","currency":"KRW"},"templates":{"gentle":{"purpose":"cart","push":{"title":"t","body":"{{ cart.quantity }}"}}},
  "journeys":{"cart":{"enter":{"on":"product_added","when":"cart.quantity > 0","key":"cart.id"},"exit":[{"on":"order_completed"}],
    "steps":[{"wait":"24h"},{"send":"gentle","via":["web_push"],"name":"one"},{"wait":"24h"},{"send":"gentle","via":["web_push"],"name":"two"}]}}})";

struct Outcome72 {
  std::map<std::string, std::string> messages;  // "customer/step" -> state
  std::map<Counter, int64_t> counters;
  int repeated = 0;  // advertisements handed over twice
  bool fired = false;
};

// Tries until it works, as every host does; a fault heals by itself.
template <typename Call>
auto Insist(Call call) {
  auto result = call();
  for (int i = 0; i < 5 && !result.ok(); ++i) result = call();
  INFO(StatusText(result.status()));
  REQUIRE(result.ok());
  return result;
}

// `beside`: batches of one input, each committed while the next is stepped.
Outcome72 Run(int64_t fail_at, const absl::Status& error, bool after, bool beside) {
  ManualClock clock(kDay0Ms);
  Options options;
  options.clock = &clock;
  auto store = std::make_shared<FaultStore>(NewMemoryStore());
  BackgroundThread commit_thread;
  auto engine = NewEngine(store, options);
  engine->impl().SetAddressById(true);
  if (beside) engine->impl().SetCommitThread(&commit_thread), engine->impl().SetBatchMax(1);
  REQUIRE(engine->Load(kPlaybook).ok());
  store->Arm(fail_at, error, after);
  std::map<std::string, int> hand_overs;
  for (int hour = 0; hour <= 80; hour += 8) {
    clock.Pass(hour == 0 ? 0 : 8 * kHourMs);
    std::string event;
    auto say = [&](std::string_view type, std::string_view who) {
      event += fmt::format(R"({{"id":"{}{}{}","type":"{}","customer":"{}","at":{},"properties":{{"product_id":"p"}}}})"
                           "\n",
                           type, who, hour, type, who, clock.NowMs());
    };
    if (hour == 0) say("product_added", "ann"), say("product_added", "bob");
    if (hour == 32) say("order_completed", "bob");
    if (!event.empty()) (void)Insist([&] { return engine->Ingest(event, {}); });
    (void)Insist([&] { return engine->Advance(0); });
    auto claimed = Insist([&] { return engine->Claim({.channel = "web_push"}); });
    std::vector<Outcome> outcomes;
    for (const Message& message : claimed->messages) {
      ++hand_overs[message.key];
      outcomes.push_back({message.id, message.token, OutcomeCode::kAccepted});
    }
    (void)Insist([&] { return engine->Settle(outcomes, 0); });
    (void)Insist([&] { return engine->Advance(0); });
  }
  Outcome72 result;
  result.fired = store->fired();
  auto messages = store->ListMessages({{}, MessageId(0), 1000});
  for (const MessageRow& row : *messages) {
    const MessageBody body = DecodeMessageBody(row.body);
    result.messages[fmt::format("{}/{}", body.customer, body.step)] = MessageStateName(row.state);
  }
  auto counters = store->Counters();
  for (const CounterRow& row : *counters)
    if (row.counter.metric != Metric::kDuplicates && row.counter.metric != Metric::kReceipts)
      result.counters[row.counter] = row.count;
  for (const auto& [key, count] : hand_overs) result.repeated += count > 1;
  return result;
}

}  // namespace

TEST_CASE("fault: whatever call of the store fails once, the main job ends as without it") {
  const bool beside = GENERATE(false, true);
  const Outcome72 whole = Run(0, absl::OkStatus(), false, beside);
  REQUIRE(whole.messages == std::map<std::string, std::string>{
                                {"ann/one", "accepted"}, {"ann/two", "accepted"}, {"bob/one", "accepted"}});
  for (const absl::Status& error :
       {absl::UnavailableError("locked"), absl::ResourceExhaustedError("disk_full: no space"),
        absl::AbortedError("lease_lost: another worker")}) {
    for (bool after : {false, true}) {
      bool fired = true;
      int64_t call = 1;
      for (; fired; ++call) {
        CAPTURE(beside, call, after, StatusText(error));
        Outcome72 faulty = Run(call, error, after, beside);
        fired = faulty.fired;
        CHECK(faulty.repeated == 0);
        CHECK(faulty.counters == whole.counters);
        CHECK(faulty.messages.size() == whole.messages.size());
        for (const auto& [name, state] : faulty.messages)
          if (state != "accepted") CHECK((after && state == "unknown"));
      }
      CHECK(call > 50);
    }
  }
}

// An input that breaks an invariant has its batch done again, with customers that are read anew: not before the batch
// on its way is there.
TEST_CASE("fault: a batch that is done again sees what the one before it made") {
  ManualClock clock(kDay0Ms);
  Options options;
  options.clock = &clock;
  auto store = std::make_shared<FaultStore>(NewMemoryStore());
  auto tell = [&](Engine& engine, std::string_view events) {
    REQUIRE(engine.Ingest(events, {}).ok());
    REQUIRE(engine.Advance(0).ok());
  };
  {
    auto engine = NewEngine(store, options);
    tell(*engine, R"({"type":"product_added","customer":"bob","at":1767225600000,"properties":{"product_id":"p"}})");
    REQUIRE(engine->Close().ok());
  }
  const LeaseTime now{clock.BootId(), clock.MonotonicMs()}, end{now.boot, now.monotonic_ms + 1};
  auto state = store->TakeLease(99, now, end);
  FoldWrite damage{
      .epoch = state->epoch, .lease_end = end, .cursor = state->cursor, .customers = {{CustomerRow(1), "\x01garbage"}}};
  REQUIRE(store->Commit(damage).ok());
  REQUIRE(store->ReleaseLease(state->epoch).ok());

  BackgroundThread commit_thread;
  auto engine = NewEngine(store, options);
  engine->impl().SetCommitThread(&commit_thread), engine->impl().SetBatchMax(1);
  store->before_commit = [] { std::this_thread::sleep_for(std::chrono::milliseconds(20)); };
  tell(*engine, R"({"type":"product_added","customer":"ann","at":1767225600000,"properties":{"product_id":"tea"}})"
                "\n"
                R"({"type":"alias","customer":"ann","at":1767225600000,"properties":{"previous_id":"bob"}})"
                "\n");
  CHECK(engine->Query({.query = "refused"})->find("quarantined") != std::string::npos);
  CHECK(engine->Query({.query = "customer", .customer = "ann"})->find("tea") != std::string::npos);
}

}  // namespace cartwheel::fault
