// A job of cart72: something that takes the workload's batches and makes reminders of them. The engine and its rivals
// stand behind this one interface, so that they are driven, metered and checked by the same loop.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/bench/bench.h"
#include "tests/bench/workload.h"

namespace cartwheel::bench {

// What a job made of the workload, as it says itself.
struct JobOutcome {
  int64_t duplicates = 0;
  int64_t carts = 0;  // for which reminders were planned
  std::array<int64_t, kReminders> reminders{};
};

class Job {
 public:
  virtual ~Job() = default;
  // Durable on return, and everything that is due at batch.now_ms has been made.
  virtual void Take(const Batch& batch) = 0;
  // Time goes by without events.
  virtual void PassTo(int64_t now_ms) = 0;
  // Closes the file and leaves it whole. Metered.
  virtual void Close() = 0;
  // Called after Close, not metered. Nothing from a job that makes no reminders.
  virtual std::optional<JobOutcome> Read() = 0;
};

struct JobRun {
  Figures figures;
  double events_per_second = 0;
  std::vector<double> seconds_of_million;  // of each full million of events
};

using JobMaker = std::function<std::unique_ptr<Job>(const std::string& path)>;

// One run of a job on a fresh file: all batches, then hour by hour to 96 hours later. Ends the bench when the job's
// outcome is not the expected one. `expected` is set to what the workload says.
JobRun RunJob(const std::string& name, const BenchOptions& options, const JobMaker& make, Expected* expected);

// Runs all jobs options.repeat times, in turn so that a disturbance of the machine meets them alike, and prints one row
// each with the medians, also of the first's rate divided by the others'.
struct NamedJob {
  std::string name;
  JobMaker make;
};
void CompareJobs(const BenchOptions& options, const std::vector<NamedJob>& jobs);

}  // namespace cartwheel::bench
