// Erasures: one among many customers until no query shows her, and the removal of the bytes of one customer in ten
// beside a caller that ingests.
#include <fmt/format.h>

#include <atomic>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "tests/bench/cases.h"
#include "tests/bench/engine_job.h"

namespace cartwheel::bench {
namespace {

constexpr int64_t kEventsOfCall = 1'000;
constexpr int64_t kErasedPart = 10;  // one customer in so many is erased
constexpr int64_t kAlone = 20;       // erasures that are timed one by one

std::string Event(std::string_view type, int64_t customer) {
  return fmt::format(
      R"({{"type":"{}","customer":"customer-{}","properties":{{"cart_id":"{}","product_id":"17","name":"포근한 담요",)"
      R"("price":39000,"quantity":1,"url":"https://o.test/p/17"}}}})"
      "\n",
      type, customer, customer);
}

void IngestFor(Engine& engine, std::string_view type, int64_t first, int64_t end, int64_t step) {
  std::string ndjson;
  int64_t events = 0;
  for (int64_t customer = first; customer < end; customer += step) {
    ndjson += Event(type, customer);
    if (++events % kEventsOfCall != 0) continue;
    IngestAll(engine, ndjson, 0);
    ndjson.clear();
  }
  if (!ndjson.empty()) IngestAll(engine, ndjson, 0);
}

void Fold(Engine& engine) {
  while (Must(engine.Advance()).more) continue;
}

bool IsDone(Engine& engine) {
  return Must(engine.Query({.query = "erasures", .limit = 1})).find(R"("pending":0,)") != std::string::npos;
}

}  // namespace

int RunErase(const BenchOptions& options) {
  const ScratchDirectory scratch;
  const std::string path = scratch.File("erase.db");
  const std::unique_ptr<Engine> engine = OpenEngine(path, Cart72Playbook());
  const int64_t customers = options.events;
  for (std::string_view type : {"product_viewed", "product_added"}) IngestFor(*engine, type, 0, customers, 1);
  Fold(*engine);
  const int64_t bytes_before = DatabaseBytes(path);

  Meter one;
  one.Start();
  for (int64_t i = 0; i < kAlone; ++i) {
    one.Lap([&] {
      IngestAll(*engine, Event("erase", 1 + i * kErasedPart), 0);
      Require(!Must(engine->Advance()).more, "one erasure is folded at once");
    });
    Require(!engine->Query({.query = "customer", .customer = fmt::format("customer-{}", 1 + i * kErasedPart)}).ok(),
            "an erased customer is shown");
  }
  one.Stop();
  while (!IsDone(*engine)) Fold(*engine);

  IngestFor(*engine, "erase", 0, customers, kErasedPart);
  Meter fold;
  fold.Start();
  Fold(*engine);
  fold.Stop();
  std::atomic<bool> done{false};
  Meter beside;
  std::thread caller([&] {
    for (int64_t i = 0; !done; ++i) {
      beside.Lap([&] { IngestAll(*engine, Event("product_viewed", 1 + i % (kErasedPart - 1)), 0); });
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  });
  Meter sweep, slices;
  for (Meter* meter : {&sweep, &slices, &beside}) meter->Start();
  while (!IsDone(*engine)) slices.Lap([&] { Must(engine->Advance()); });
  done = true;
  caller.join();
  for (Meter* meter : {&sweep, &slices, &beside}) meter->Stop();

  const Figures alone = one.Read(), swept = sweep.Read();
  const std::vector<double> laps = beside.Read().laps_ms, advances = slices.Read().laps_ms;
  Table table({"erasures", "number", "seconds", "p50 ms", "p99 ms", "CPU s", "written"});
  table.Row({"one by one, to where no query shows them", Count(static_cast<double>(kAlone)), Fixed(alone.seconds, 2),
             Fixed(Quantile(alone.laps_ms, 0.5), 1), Fixed(Quantile(alone.laps_ms, 0.99), 1),
             Fixed(alone.cpu_seconds, 2), Bytes(alone.written_bytes)});
  table.Row({"all of one in ten, the same", Count(static_cast<double>(customers / kErasedPart)),
             Fixed(fold.Read().seconds, 2), "", "", Fixed(fold.Read().cpu_seconds, 2),
             Bytes(fold.Read().written_bytes)});
  table.Row({"their bytes; calls of advance", Count(static_cast<double>(advances.size())), Fixed(swept.seconds, 2),
             Fixed(Quantile(advances, 0.5), 1), Fixed(Quantile(advances, 0.99), 1), Fixed(swept.cpu_seconds, 2),
             Bytes(swept.written_bytes)});
  table.Row({"ingests beside it", Count(static_cast<double>(laps.size())), "", Fixed(Quantile(laps, 0.5), 1),
             Fixed(Quantile(laps, 0.99), 1), "", ""});
  table.Print();
  fmt::print("database {} before, {} after\n", Bytes(bytes_before), Bytes(DatabaseBytes(path)));
  return 0;
}

}  // namespace cartwheel::bench
