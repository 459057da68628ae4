// What a scheduled journey costs: every customer is asked once, by its segment, and a share of them enters.
#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "tests/bench/cases.h"
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

void Ask(const BenchOptions& options, int64_t entering) {
  const ScratchDirectory scratch;
  std::unique_ptr<Engine> engine = OpenEngine(scratch.path() + "/schedule.db", std::string(kPlaybook));
  Fill(*engine, options.events, entering);
  Meter meter;
  meter.Start();
  AdvanceTo(*engine, kOccurs);
  meter.Stop();
  const Figures figures = meter.Read();
  const int64_t members = (options.events + entering - 1) / entering;
  const std::string report = Must(engine->Query({.query = "report"}));
  Require(report.find(fmt::format("\"entered\":{}", members)) != report.npos, report);
  fmt::print(
      "  one in {:<3} enters: {:>9} decisions/s, {:.2f} us of CPU each, {:.0f} MB written, {:.0f} MB of memory\n",
      entering, Count(static_cast<double>(options.events) / figures.seconds),
      figures.cpu_seconds * 1e6 / static_cast<double>(options.events), static_cast<double>(figures.written_bytes) / 1e6,
      static_cast<double>(figures.peak_rss_bytes) / 1e6);
}

}  // namespace

int RunSchedule(const BenchOptions& options) {
  for (const int64_t entering : {100, 10, 1}) Ask(options, entering);
  return 0;
}

}  // namespace cartwheel::bench
