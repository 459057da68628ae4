// cart72 over many millions of events: the rate of each million, beside the job by hand and beside our engine without
// any storage. The first million has no reminders and only new customers, so that a rate falls whatever stores it: what
// the storage costs of it is the share, our rate divided by that of the engine without storage.
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "tests/bench/cases.h"
#include "tests/bench/engine_job.h"
#include "tests/bench/job.h"
#include "tests/bench/sqlite_job.h"

namespace cartwheel::bench {
namespace {

const NamedJob kJobs[] = {{"Cartwheel, one thread", MakeEngineJob},
                          {"Cartwheel without storage", MakeMemoryJob},
                          {"SQLite job by hand", MakeSqliteJob}};

std::string Thousands(double seconds_of_million) { return Fixed(1e3 / seconds_of_million, 0); }

}  // namespace

int RunGrowth(const BenchOptions& options) {
  const Recording recording(options.events, options.customers);
  std::vector<JobRun> runs;
  for (const NamedJob& job : kJobs) {
    runs.push_back(RunJob(job, recording));
    fmt::print("{}: {} events/s\n", job.name, Count(runs.back().events_per_second));
    std::fflush(stdout);
  }
  const JobRun &ours = runs[0], &stored_nowhere = runs[1], &by_hand = runs[2];
  Table table({"thousands of events/s in million", "Cartwheel", "without storage", "share", "by hand"});
  for (size_t i = 0; i < ours.seconds_of_million.size(); ++i)
    table.Row({Count(static_cast<double>(i + 1)), Thousands(ours.seconds_of_million[i]),
               Thousands(stored_nowhere.seconds_of_million[i]),
               Fixed(stored_nowhere.seconds_of_million[i] / ours.seconds_of_million[i], 2),
               Thousands(by_hand.seconds_of_million[i])});
  table.Print();
  const auto events = static_cast<double>(options.events);
  fmt::print("written {:.0f} bytes an event, by hand {:.0f}; the database is {:.2f} of the input, by hand {:.2f}\n",
             static_cast<double>(ours.figures.written_bytes) / events,
             static_cast<double>(by_hand.figures.written_bytes) / events,
             static_cast<double>(ours.figures.database_bytes) / static_cast<double>(recording.expected().bytes),
             static_cast<double>(by_hand.figures.database_bytes) / static_cast<double>(recording.expected().bytes));
  return 0;
}

}  // namespace cartwheel::bench
