// What a scheduled journey costs: every customer is asked once, by its segment, and a share of them enters, while
// another process ingests.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "tests/bench/cases.h"
#include "tests/bench/child.h"
#include "tests/bench/engine_job.h"

namespace cartwheel::bench {
namespace {

constexpr int64_t kBatch = 1'000;
constexpr int64_t kNow = 1'767'225'600'000;                  // 2026-01-01T00:00:00Z
constexpr int64_t kOccurs = kNow + int64_t{10} * 3'600'000;  // 10:00 in UTC

constexpr std::string_view kPlaybook =
    R"({"playbook": 1, "revision": 1, "policy": {"consent": "assumed_by_shop", "rules": []},
  "shop": {"name": "S", "timezone": "UTC"}, "segments": {"asked": "customer.points >= 100"},
  "templates": {"news": {"purpose": "promotion", "sms": "news"}}, "channels": {"sms": {"address_by_id": true}},
  "journeys": {"daily": {"enter": {"schedule": {"cron": "0 10 * * *"}, "segment": "asked"},
    "steps": [{"wait": "1h"}, {"send": "news", "via": ["sms"]}]}}})";

// Customers of whom every `entering`-th is in the segment.
void Fill(Engine& engine, int64_t customers, int64_t entering) {
  for (int64_t first = 0; first < customers; first += kBatch) {
    std::string batch;
    for (int64_t i = first; i < std::min(first + kBatch, customers); ++i)
      batch += fmt::format(
          "{{\"id\":\"e{0}\",\"type\":\"identify\",\"customer\":\"c{0}\",\"at\":{1},\"properties\":{{\"points\":{2}}}}}"
          "\n",
          i, kNow, i % entering == 0 ? 100 : 1);
    IngestAll(engine, batch, kNow);
    AdvanceTo(engine, kNow);
  }
}

// A view a millisecond, by a process of its own; what each call took, in ms.
std::vector<double> IngestBeside(const std::string& path, const std::atomic<int64_t>& stop) {
  const std::unique_ptr<Engine> engine = Must(Engine::Open(path, EngineOptions()));
  Meter meter;
  meter.Start();
  for (int64_t i = 0; stop == 0; ++i) {
    meter.Lap([&] {
      IngestAll(*engine, fmt::format(R"({{"type":"product_viewed","customer":"n{}","at":{}}})", i, kNow), kOccurs);
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  meter.Stop();
  return meter.Read().laps_ms;
}

void Ask(const BenchOptions& options, int64_t entering) {
  const ScratchDirectory scratch;
  const std::string path = scratch.File("schedule.db");
  const Shared folds, done;
  Child worker([&]() -> std::vector<double> {
    const std::unique_ptr<Engine> engine = OpenEngine(path, std::string(kPlaybook));
    Fill(*engine, options.events, entering);
    Meter meter;
    meter.Start();
    *folds = 1;
    AdvanceTo(*engine, kOccurs);
    meter.Stop();
    *done = 1;
    const int64_t members = (options.events + entering - 1) / entering;
    const std::string report = Must(engine->Query({.query = "report"}));
    Require(report.find(fmt::format("\"entered\":{}", members)) != report.npos, report);
    const Figures figures = meter.Read();
    return {figures.seconds, figures.cpu_seconds, static_cast<double>(figures.written_bytes),
            static_cast<double>(figures.peak_rss_bytes)};
  });
  Child neighbour([&] {
    while (*folds == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return IngestBeside(path, *done);
  });
  const std::vector<double> laps_ms = neighbour.Wait(), figures = worker.Wait();
  const auto customers = static_cast<double>(options.events);
  fmt::print(
      "  one in {:<3} enters: {:>9} decisions/s, {:.2f} us of CPU each, {} written, {} of memory; another "
      "process ingests {} times, p50 {:.2f} ms, p99 {:.2f} ms\n",
      entering, Count(customers / figures[0]), figures[1] * 1e6 / customers, Bytes(static_cast<int64_t>(figures[2])),
      Bytes(static_cast<int64_t>(figures[3])), laps_ms.size(), Quantile(laps_ms, 0.5), Quantile(laps_ms, 0.99));
}

}  // namespace

int RunSchedule(const BenchOptions& options) {
  for (const int64_t entering : {100, 10, 1}) Ask(options, entering);
  return 0;
}

}  // namespace cartwheel::bench
