// cart72: a week of a shop's events, reminders after 24, 48 and 72 hours, all the way to outbox rows.
#include <algorithm>
#include <vector>

#include "tests/bench/append_bound.h"
#include "tests/bench/cases.h"
#include "tests/bench/engine_job.h"
#include "tests/bench/job.h"
#include "tests/bench/sqlite_job.h"

namespace cartwheel::bench {
namespace {

NamedJob WithWorker(const BenchOptions& options) {
  return {"Cartwheel, a worker", [behind_max = BehindMax(options)](const std::string& path) {
            return MakeWorkerJob(path, Cart72Playbook(), behind_max);
          }};
}
const NamedJob kCartwheel = {"Cartwheel, one thread", MakeEngineJob};
const NamedJob kSqliteJob = {"SQLite job by hand", MakeSqliteJob};
const NamedJob kLogAppend = {"append to a SQLite log", MakeLogAppend};
const NamedJob kFileAppend = {"append to a file", MakeFileAppend};

}  // namespace

int64_t BehindMax(const BenchOptions& options) { return std::min<int64_t>(10'000, options.events / 100); }

int RunCart72(const BenchOptions& options) {
  CompareJobs(options, {WithWorker(options), kCartwheel, kSqliteJob, kLogAppend, kFileAppend}, kSqliteJob.name);
  return 0;
}

int RunEngine(const BenchOptions& options) {
  CompareJobs(options, {WithWorker(options), kCartwheel}, kCartwheel.name);
  return 0;
}

int RunRivals(const BenchOptions& options) {
  CompareJobs(options, {kSqliteJob, kLogAppend, kFileAppend}, kSqliteJob.name);
  return 0;
}

}  // namespace cartwheel::bench
