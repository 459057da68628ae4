// A worker's memory and its way back: every customer has a reminder pending, and a process that has just begun fires
// the first.
#include <fmt/format.h>

#include <chrono>
#include <iterator>
#include <string>
#include <vector>

#include "tests/bench/cases.h"
#include "tests/bench/child.h"
#include "tests/bench/engine_job.h"

namespace cartwheel::bench {
namespace {

constexpr int64_t kBeginMs = 1'780'272'000'000;
constexpr int64_t kBatch = 1'000;

// One cart for each of `count` customers, evenly over an hour; then the process ends, without closing anything when it
// `crashes`.
std::vector<double> Fill(const std::string& path, int64_t count, bool crashes) {
  std::unique_ptr<Engine> engine = OpenEngine(path, Cart72Playbook());
  std::string ndjson;
  for (int64_t i = 0; i < count; ++i) {
    const int64_t at_ms = kBeginMs + i * kHourMs / count;
    fmt::format_to(
        std::back_inserter(ndjson),
        R"({{"id":"r{}","type":"product_added","customer":"{}","at":{},"properties":{{"cart_id":"{}","product_id":"17",)"
        R"("name":"포근한 담요","price":39000,"quantity":1,"url":"https://o.test/p/17","image_url":"https://o.test/i/17"}}}})",
        i, 1'000'001 + i, at_ms, i);
    ndjson += '\n';
    if ((i + 1) % kBatch != 0 && i + 1 < count) continue;
    IngestAll(*engine, ndjson, at_ms);
    AdvanceTo(*engine, at_ms);
    ndjson.clear();
  }
  const double rss = PeakRssBytes();
  if (crashes) (void)engine.release();
  return {rss};
}

// The machine's clock, later: the lease of a worker that died has lapsed by then.
class LaterClock final : public Clock {
 public:
  int64_t NowMs() override { return SystemClock()->NowMs(); }
  int64_t MonotonicMs() override { return SystemClock()->MonotonicMs() + 60'000; }
  uint64_t BootId() override { return SystemClock()->BootId(); }
};

// Opens and fires what is due in the first second; then everything else, for the memory that takes.
std::vector<double> Return(const std::string& path, int64_t count) {
  const auto began = std::chrono::steady_clock::now();
  LaterClock clock;
  Options options = EngineOptions();
  options.clock = &clock;
  std::unique_ptr<Engine> engine = Must(Engine::Open(path, options));
  const AdvanceResult first = Must(engine->Advance(kBeginMs + kReminderEveryMs + 2'000));
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - began;
  Require(first.messages > 0, "expected a first message");
  const double rss_first = PeakRssBytes();
  const int64_t rest = AdvanceTo(*engine, kBeginMs + kReminderEveryMs + kHourMs + 1'000).messages;
  Require(first.messages + rest == count, fmt::format("{} messages made, expected {}", first.messages + rest, count));
  return {spent.count(), rss_first, PeakRssBytes()};
}

}  // namespace

int RunRestart(const BenchOptions& options) {
  Table table({"a reminder pending for each customer", "first fire after s", "RSS then", "RSS after all fired",
               "RSS while filling", "file"});
  for (const bool crashes : {false, true}) {
    std::vector<double> seconds, first, peak, filling, file;
    for (int repeat = 0; repeat < options.repeat; ++repeat) {
      const ScratchDirectory scratch;
      const std::string path = scratch.File("restart.db");
      filling.push_back(Child([&] { return Fill(path, options.events, crashes); }).Wait()[0]);
      file.push_back(static_cast<double>(DatabaseBytes(path)));
      const std::vector<double> report = Child([&] { return Return(path, options.events); }).Wait();
      seconds.push_back(report[0]), first.push_back(report[1]), peak.push_back(report[2]);
    }
    const auto bytes = [](const std::vector<double>& of) { return Bytes(static_cast<int64_t>(Median(of))); };
    table.Row({crashes ? "after a crash" : "after a close", Fixed(Median(seconds), 2), bytes(first), bytes(peak),
               bytes(filling), bytes(file)});
  }
  table.Print();
  return 0;
}

}  // namespace cartwheel::bench
