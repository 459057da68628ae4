// Several processes on one file: what an ingest waits for while a worker folds at full speed, many processes that
// ingest one by one, and a worker that has nothing to do.
#include <fmt/format.h>
#include <simdjson.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "cartwheel/worker.h"
#include "tests/bench/cases.h"
#include "tests/bench/child.h"
#include "tests/bench/engine_job.h"
#include "tests/bench/recording.h"

namespace cartwheel::bench {
namespace {

constexpr int kProcesses = 16;
constexpr int64_t kFirstCustomer = 1'000'001;
constexpr int64_t kBeginMs = 1'780'272'000'000;

using SteadyClock = std::chrono::steady_clock;

double Since(SteadyClock::time_point began) {
  return std::chrono::duration<double>(SteadyClock::now() - began).count();
}

void Pause(int64_t us) { std::this_thread::sleep_for(std::chrono::microseconds(us)); }

std::string OneEvent(int process, int64_t number) {
  return fmt::format(
      R"({{"id":"p{}-{}","type":"product_added","customer":"{}","at":{},"properties":{{"cart_id":"1","product_id":"17",)"
      R"("name":"포근한 담요","price":39000,"quantity":1,"url":"https://o.test/p/17","image_url":"https://o.test/i/17"}}}})",
      process, number, kFirstCustomer + kProcesses * number + process, kBeginMs + number);
}

int64_t Folded(Engine& engine, const char* field) {
  simdjson::dom::parser parser;
  const std::string health = Must(engine.Query({.query = "health"}));
  return int64_t{parser.parse(health)[field]};
}

// Until `stop`, or `most` events; what each call took, in ms.
std::vector<double> IngestSingly(const std::string& path, int process, int64_t most, const std::atomic<int64_t>& stop) {
  const std::unique_ptr<Engine> engine = Must(Engine::Open(path, EngineOptions()));
  std::vector<double> laps_ms;
  for (int64_t number = 0; number < most && stop == 0; ++number) {
    const std::string event = OneEvent(process, number);
    const auto began = SteadyClock::now();
    IngestAll(*engine, event, kBeginMs + number);
    laps_ms.push_back(Since(began) * 1e3);
  }
  return laps_ms;
}

// Folds until `last` events are folded.
double FoldAll(const std::string& path, int64_t last) {
  const std::unique_ptr<Engine> engine = Must(Engine::Open(path, EngineOptions()));
  const auto began = SteadyClock::now();
  for (int64_t folded = 0; folded < last;) {
    const int64_t events = AdvanceTo(*engine, kBeginMs).events;
    folded += events;
    if (events == 0) Pause(1'000);
  }
  return Since(began);
}

}  // namespace

int RunNeighbour(const BenchOptions& options) {
  const Recording recording(options.events, options.customers);
  std::vector<double> p50, p99, p999, worst, rate, calls;
  for (int repeat = 0; repeat < options.repeat; ++repeat) {
    const ScratchDirectory scratch;
    const std::string path = scratch.File("neighbour.db");
    Child([&]() -> std::vector<double> {
      const std::unique_ptr<Engine> engine = OpenEngine(path, Cart72Playbook());
      Batch batch;
      for (size_t i = 0; i < recording.batches(); ++i) {
        recording.Read(i, &batch);
        IngestAll(*engine, batch.ndjson, batch.now_ms);
      }
      return {};
    }).Wait();
    const Shared done;
    Child worker([&]() -> std::vector<double> {
      const double seconds = FoldAll(path, options.events);
      *done = 1;
      return {seconds};
    });
    Child neighbour([&] {
      std::vector<double> laps_ms = IngestSingly(path, 0, INT64_MAX, *done);
      return std::vector<double>{static_cast<double>(laps_ms.size()), Quantile(laps_ms, 0.5), Quantile(laps_ms, 0.99),
                                 Quantile(laps_ms, 0.999), Quantile(laps_ms, 1)};
    });
    const std::vector<double> latency = neighbour.Wait();
    rate.push_back(static_cast<double>(options.events) / worker.Wait()[0]);
    calls.push_back(latency[0]), p50.push_back(latency[1]), p99.push_back(latency[2]), p999.push_back(latency[3]);
    worst.push_back(latency[4]);
  }
  Table table({"ingest of one event while another process folds", "calls", "p50 ms", "p99 ms", "p99.9 ms", "max ms",
               "folded/s"});
  table.Row({"a worker with a backlog", Count(Median(calls)), Fixed(Median(p50), 2), Fixed(Median(p99), 2),
             Fixed(Median(p999), 2), Fixed(Median(worst), 1), Count(Median(rate))});
  table.Print();
  return 0;
}

int RunProcesses(const BenchOptions& options) {
  const int64_t each = std::max<int64_t>(options.events / kProcesses, 1);
  std::vector<double> rate, p99, slowest, bytes;
  for (int repeat = 0; repeat < options.repeat; ++repeat) {
    const ScratchDirectory scratch;
    const std::string path = scratch.File("processes.db");
    Child([&]() -> std::vector<double> { return OpenEngine(path, Cart72Playbook()), std::vector<double>(); }).Wait();
    const Shared never;
    const auto began = SteadyClock::now();
    Child worker([&]() -> std::vector<double> { return {FoldAll(path, each * kProcesses)}; });
    std::vector<Child> children;
    for (int process = 0; process < kProcesses; ++process) {
      children.emplace_back([&] {
        const auto started = SteadyClock::now();
        std::vector<double> laps_ms = IngestSingly(path, process, each, *never);
        laps_ms.insert(laps_ms.begin(), Since(started));
        return laps_ms;
      });
    }
    std::vector<double> laps_ms, spans;
    for (Child& child : children) {
      const std::vector<double> report = child.Wait();
      spans.push_back(report[0]);
      laps_ms.insert(laps_ms.end(), report.begin() + 1, report.end());
    }
    worker.Wait();
    rate.push_back(static_cast<double>(each * kProcesses) / Since(began));
    p99.push_back(Quantile(laps_ms, 0.99));
    slowest.push_back(Quantile(spans, 1) / Quantile(spans, 0));
    const std::unique_ptr<Engine> engine = Must(Engine::Open(path, EngineOptions()));
    const int64_t folded = Folded(*engine, "folded");
    Require(folded == each * kProcesses, fmt::format("{} events folded, expected {}", folded, each * kProcesses));
    bytes.push_back(static_cast<double>(DatabaseBytes(path)) / static_cast<double>(folded));
  }
  Table table({"16 processes, one event a call", "events/s to the last fold", "call p99 ms",
               "slowest / fastest process", "file bytes/event"});
  table.Row(
      {"beside a worker", Count(Median(rate)), Fixed(Median(p99), 2), Fixed(Median(slowest), 2), Count(Median(bytes))});
  table.Print();
  return 0;
}

int RunIdle(const BenchOptions& options) {
  constexpr int64_t kIdleSeconds = 5;
  const ScratchDirectory scratch;
  const std::string path = scratch.File("idle.db");
  Child([&]() -> std::vector<double> { return OpenEngine(path, Cart72Playbook()), std::vector<double>(); }).Wait();
  const Shared idled, stop;
  Child child([&]() -> std::vector<double> {
    const std::unique_ptr<Engine> engine = Must(Engine::Open(path, EngineOptions()));
    Worker worker(engine.get(), Dispatcher(engine.get()));
    worker.Start();
    Pause(500'000);
    rusage before{}, after{};
    getrusage(RUSAGE_SELF, &before);
    Pause(kIdleSeconds * 1'000'000);
    getrusage(RUSAGE_SELF, &after);
    *idled = 1;
    while (*stop == 0) Pause(10'000);
    worker.Stop();
    const auto seconds = [](const rusage& u) {
      return static_cast<double>(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
             static_cast<double>(u.ru_utime.tv_usec + u.ru_stime.tv_usec) * 1e-6;
    };
    return {(seconds(after) - seconds(before)) / kIdleSeconds};
  });
  while (*idled == 0) Pause(1'000);
  std::vector<double> waits_ms;
  {
    const std::unique_ptr<Engine> engine = Must(Engine::Open(path, EngineOptions()));
    for (int64_t number = 0; number < options.events; ++number) {
      IngestAll(*engine, OneEvent(0, number), 0);
      const auto began = SteadyClock::now();
      while (Folded(*engine, "unfolded") > 0) Pause(500);
      waits_ms.push_back(Since(began) * 1e3);
      Pause(20'000 + number % 7 * 9'000);
    }
  }
  *stop = 1;
  const double share = child.Wait()[0];
  Table table({"a worker with nothing to do", "share of a core", "another process's event is folded after p50 ms",
               "p99 ms", "max ms"});
  table.Row({"", fmt::format("{:.2f} %", 100 * share), Fixed(Quantile(waits_ms, 0.5), 1),
             Fixed(Quantile(waits_ms, 0.99), 1), Fixed(Quantile(waits_ms, 1), 1)});
  table.Print();
  return 0;
}

}  // namespace cartwheel::bench
