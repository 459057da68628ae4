// A job of cart72: something that takes the workload's batches and makes reminders of them. The engine and its rivals
// have this one interface, so that they are driven, metered and checked by the same loop.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/bench/bench.h"
#include "tests/bench/recording.h"

namespace cartwheel::bench {

// What a job made of the workload, as it says itself.
struct JobOutcome {
  int64_t duplicates = 0;
  int64_t carts = 0;  // for which reminders were planned
  std::array<int64_t, kReminders> reminders{};
  // Whether orders may have overtaken reminders: a job whose threads run beside each other may know of an order that
  // came in a batch after the one in which the reminder was due, and is right not to send it.
  bool overtaken = false;
};

class Job {
 public:
  virtual ~Job() = default;
  // Until it can take more: a job whose threads run beside its host may lag. Metered, but no lap.
  virtual void Await() {}
  // Durable on return.
  virtual void Take(const Batch& batch) = 0;
  // Time goes by without events. What is due at `now_ms` has been made on return.
  virtual void PassTo(int64_t now_ms) = 0;
  // Closes the file and leaves it whole. Metered.
  virtual void Close() = 0;
  // Called after Close, not metered. Nothing from a job that makes no reminders.
  virtual std::optional<JobOutcome> Read() = 0;
};

struct JobRun {
  Figures figures;  // a lap is a Take
  double events_per_second = 0;
  std::vector<double> seconds_of_million;  // of each full million of events
};

struct NamedJob {
  std::string name;
  std::function<std::unique_ptr<Job>(const std::string& path)> make;
};

// One run of a job on a fresh file: all batches, then hour by hour to 96 hours later. Ends the bench when the job's
// outcome is not the expected one.
JobRun RunJob(const NamedJob& job, const Recording& recording);

// Runs all jobs options.repeat times, in turn so that a disturbance of the machine meets them alike, and prints one row
// each with the medians, also of its rate divided by that of the rival, the job of that name.
void CompareJobs(const BenchOptions& options, const std::vector<NamedJob>& jobs, const std::string& rival);

}  // namespace cartwheel::bench
