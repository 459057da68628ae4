// Events that come one by one, each acknowledged when it is durable: what a request of a shop does.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <functional>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "tests/bench/cases.h"
#include "tests/bench/engine_job.h"
#include "tests/bench/flushes.h"
#include "tests/bench/recording.h"

namespace cartwheel::bench {
namespace {

constexpr int kThreads = 16;

struct Run {
  double per_second = 0;
  double flushes = 0;  // an event
  std::vector<double> laps_us;
};

// `take(line)` for every line, from `threads` threads at once.
Run Drive(const std::vector<std::string>& lines, int threads, const std::function<void(const std::string&)>& take) {
  std::vector<std::vector<double>> laps(static_cast<size_t>(threads));
  std::vector<std::thread> running;
  const int64_t flushes = Flushes();
  Meter meter;
  meter.Start();
  for (int thread = 0; thread < threads; ++thread) {
    running.emplace_back([&, thread] {
      for (size_t i = static_cast<size_t>(thread); i < lines.size(); i += static_cast<size_t>(threads)) {
        const auto began = std::chrono::steady_clock::now();
        take(lines[i]);
        const std::chrono::duration<double, std::micro> spent = std::chrono::steady_clock::now() - began;
        laps[static_cast<size_t>(thread)].push_back(spent.count());
      }
    });
  }
  for (std::thread& thread : running) thread.join();
  meter.Stop();
  const auto events = static_cast<double>(lines.size());
  Run run{events / meter.seconds(), static_cast<double>(Flushes() - flushes) / events, {}};
  for (const auto& of_thread : laps) run.laps_us.insert(run.laps_us.end(), of_thread.begin(), of_thread.end());
  return run;
}

Run DriveFile(const std::vector<std::string>& lines) {
  const ScratchDirectory scratch;
  const std::string path = scratch.File("events");
  const int file = open(path.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
  Require(file >= 0, path + ": expected a file that can be written");
  Run run = Drive(lines, 1, [&](const std::string& line) {
    Require(write(file, line.data(), line.size()) == static_cast<ssize_t>(line.size()) && fdatasync(file) == 0,
            path + ": expected room to write");
  });
  close(file);
  return run;
}

Run DriveEngine(const std::vector<std::string>& lines, int threads) {
  const ScratchDirectory scratch;
  const std::unique_ptr<Engine> engine = Must(Engine::Open(scratch.File("singles.db"), EngineOptions()));
  return Drive(lines, threads, [&](const std::string& line) { IngestAll(*engine, line, 0); });
}

}  // namespace

int RunSingles(const BenchOptions& options) {
  const Recording recording(options.events, options.customers);
  std::vector<std::string> lines;
  Batch batch;
  for (size_t i = 0; i < recording.batches(); ++i) {
    recording.Read(i, &batch);
    std::istringstream text(batch.ndjson);
    for (std::string line; std::getline(text, line);) lines.push_back(line + '\n');
  }
  const struct {
    const char* name;
    std::function<Run()> run;
  } rows[] = {{"append + fdatasync of the bytes", [&] { return DriveFile(lines); }},
              {"ingest, one caller", [&] { return DriveEngine(lines, 1); }},
              {"ingest, 16 threads", [&] { return DriveEngine(lines, kThreads); }}};
  std::vector<std::vector<Run>> runs(std::size(rows));
  for (int repeat = 0; repeat < options.repeat; ++repeat)
    for (size_t i = 0; i < std::size(rows); ++i) runs[i].push_back(rows[i].run());
  Table table({"one event a call", "events/s", "flushes/event", "p50 µs", "p99 µs", "/ append", "/ one caller"});
  for (size_t i = 0; i < std::size(rows); ++i) {
    const auto median = [&](const std::function<double(size_t)>& of) {
      std::vector<double> values;
      for (size_t run = 0; run < runs[i].size(); ++run) values.push_back(of(run));
      return Median(values);
    };
    table.Row({rows[i].name, Count(median([&](size_t run) { return runs[i][run].per_second; })),
               Fixed(median([&](size_t run) { return runs[i][run].flushes; }), 2),
               Fixed(median([&](size_t run) { return Quantile(runs[i][run].laps_us, 0.5); }), 0),
               Fixed(median([&](size_t run) { return Quantile(runs[i][run].laps_us, 0.99); }), 0),
               Fixed(median([&](size_t run) { return runs[i][run].per_second / runs[0][run].per_second; }), 2),
               Fixed(median([&](size_t run) { return runs[i][run].per_second / runs[1][run].per_second; }), 2)});
  }
  table.Print();
  return 0;
}

}  // namespace cartwheel::bench
