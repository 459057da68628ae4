#include "tests/bench/job.h"

#include <fmt/format.h>

#include <algorithm>

namespace cartwheel::bench {
namespace {

constexpr int64_t kMillion = 1'000'000;
constexpr int64_t kPassHours = 96;
constexpr double kOvertakenPart = 0.02;  // of the reminders, when a job lags by at most some ten batches

void RequireEqual(const std::string& name, const char* what, int64_t actual, int64_t expected) {
  Require(actual == expected, fmt::format("{}: {} {}, expected {}", name, actual, what, expected));
}

void Check(const std::string& name, const JobOutcome& outcome, const Expected& expected) {
  RequireEqual(name, "duplicates", outcome.duplicates, expected.duplicates);
  RequireEqual(name, "carts", outcome.carts, expected.carts);
  for (int step = 0; step < kReminders; ++step) {
    const int64_t made = outcome.reminders[step], most = expected.reminders[step];
    const auto least =
        outcome.overtaken ? static_cast<int64_t>(static_cast<double>(most) * (1 - kOvertakenPart)) : most;
    Require(least <= made && made <= most,
            fmt::format("{}: {} reminders of step {}, expected {} to {}", name, made, step + 1, least, most));
  }
}

double MedianOf(const std::vector<JobRun>& runs, double (*figure)(const JobRun&)) {
  std::vector<double> values;
  for (const JobRun& run : runs) values.push_back(figure(run));
  return Median(std::move(values));
}

void PrintInput(const Expected& expected) {
  fmt::print("input: {} events ({} distinct, {} sent again), {:.0f} bytes each; {} carts, {} of them ordered\n",
             Count(expected.events), Count(expected.distinct), Count(expected.duplicates),
             static_cast<double>(expected.bytes) / static_cast<double>(expected.events), Count(expected.carts),
             Count(expected.orders));
  fmt::print("reminders expected: {} after 24 h, {} after 48 h, {} after 72 h\n\n", Count(expected.reminders[0]),
             Count(expected.reminders[1]), Count(expected.reminders[2]));
}

void PrintMillions(const std::string& name, const JobRun& run) {
  if (run.seconds_of_million.size() < 2) return;
  fmt::print("{}, thousands of events/s by million:", name);
  for (double seconds : run.seconds_of_million) fmt::print(" {:.0f}", 1e3 / seconds);
  fmt::print("\n");
}

}  // namespace

JobRun RunJob(const NamedJob& named, const Recording& recording) {
  const ScratchDirectory scratch;
  const std::string path = scratch.File("job.db");
  Batch batch;
  JobRun run;
  Meter meter;
  meter.Start();
  std::unique_ptr<Job> job = named.make(path);
  int64_t taken = 0;
  double million_began = 0;
  for (size_t i = 0; i < recording.batches(); ++i) {
    recording.Read(i, &batch);
    job->Await();
    meter.Lap([&] { job->Take(batch); });
    taken += batch.events;
    if (taken / kMillion > static_cast<int64_t>(run.seconds_of_million.size())) {
      run.seconds_of_million.push_back(meter.seconds() - million_began);
      million_began = meter.seconds();
    }
  }
  // An hour a time, as the time passes in a shop: a leap of days would be an outage, and reminders missed in one are
  // skipped.
  for (int64_t hour = 1; hour <= kPassHours; ++hour) job->PassTo(batch.now_ms + hour * kHourMs);
  job->Close();
  meter.Stop();
  run.figures = meter.Read();
  run.figures.database_bytes = DatabaseBytes(path);
  run.events_per_second = static_cast<double>(taken) / run.figures.seconds;
  if (const std::optional<JobOutcome> outcome = job->Read()) Check(named.name, *outcome, recording.expected());
  return run;
}

void CompareJobs(const BenchOptions& options, const std::vector<NamedJob>& jobs, const std::string& rival) {
  const Recording recording(options.events, options.customers);
  std::vector<std::vector<JobRun>> runs(jobs.size());
  for (int repeat = 0; repeat < options.repeat; ++repeat) {
    for (size_t i = 0; i < jobs.size(); ++i) {
      runs[i].push_back(RunJob(jobs[i], recording));
    }
  }
  PrintInput(recording.expected());
  const auto beside = std::find_if(jobs.begin(), jobs.end(), [&](const NamedJob& job) { return job.name == rival; });
  const std::vector<JobRun>& rivals = runs[static_cast<size_t>(beside - jobs.begin())];
  Table table({"", "events/s", "CPU µs/event", "call p50 ms", "call p99 ms", "flushes/batch", "written", "file",
               "peak RSS", "this / " + rival});
  const auto rate = [](const JobRun& run) { return run.events_per_second; };
  for (size_t i = 0; i < jobs.size(); ++i) {
    const auto median = [&](double (*figure)(const JobRun&)) { return MedianOf(runs[i], figure); };
    const auto bytes = [&](double (*figure)(const JobRun&)) { return Bytes(static_cast<int64_t>(median(figure))); };
    std::vector<double> ratios;  // of runs that stood beside each other
    for (size_t run = 0; run < runs[i].size(); ++run) ratios.push_back(rate(runs[i][run]) / rate(rivals[run]));
    table.Row({jobs[i].name, Count(median(rate)),
               Fixed(median([](const JobRun& run) { return run.figures.cpu_seconds; }) * 1e6 /
                         static_cast<double>(options.events),
                     2),
               Fixed(median([](const JobRun& run) { return Quantile(run.figures.laps_ms, 0.5); }), 2),
               Fixed(median([](const JobRun& run) { return Quantile(run.figures.laps_ms, 0.99); }), 2),
               Fixed(median([](const JobRun& run) { return static_cast<double>(run.figures.flushes); }) /
                         static_cast<double>(recording.batches()),
                     2),
               bytes([](const JobRun& run) { return static_cast<double>(run.figures.written_bytes); }),
               bytes([](const JobRun& run) { return static_cast<double>(run.figures.database_bytes); }),
               bytes([](const JobRun& run) { return static_cast<double>(run.figures.peak_rss_bytes); }),
               Fixed(Median(ratios), 2)});
  }
  table.Print();
  for (size_t i = 0; i < jobs.size(); ++i) PrintMillions(jobs[i].name, runs[i].back());
}

}  // namespace cartwheel::bench
