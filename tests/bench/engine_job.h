// Our engine as a job of cart72, and what the other cases need of it. Only the public API is used here.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "cartwheel/engine.h"
#include "tests/bench/bench.h"
#include "tests/bench/job.h"
#include "tests/shared_clock.h"

namespace cartwheel::bench {

// Options as every figure is measured with them: the defaults, and every customer reachable.
Options EngineOptions();

// The text of cart72.json, beside this file.
std::string Cart72Playbook();

// A new engine with a playbook in force.
std::unique_ptr<Engine> OpenEngine(const std::string& path, std::string_view playbook, Clock* clock = nullptr);

void IngestAll(Engine& engine, std::string_view ndjson, int64_t now_ms);
// Until nothing more is due; the sum of the calls.
AdvanceResult AdvanceTo(Engine& engine, int64_t now_ms);

std::unique_ptr<Job> MakeEngineJob(const std::string& path);  // ingest, advance, by turns
std::unique_ptr<Job> MakeMemoryJob(const std::string& path);  // the same without a file
std::unique_ptr<Job> MakeEngineJobWith(const std::string& path, std::string_view playbook);
// A worker lags by at most so many events: ten batches of a million events, and the same part of the week of a
// shorter run.
int64_t BehindMax(const BenchOptions& options);
// A thread that ingests, a Worker that folds and lags by at most `behind_max` events.
std::unique_ptr<Job> MakeWorkerJob(const std::string& path, std::string_view playbook, int64_t behind_max);

// The value of an answer; ends the bench when there is none.
template <typename T>
T Must(absl::StatusOr<T> answer) {
  if (!answer.ok()) Fail(answer.status().ToString());
  return *std::move(answer);
}

}  // namespace cartwheel::bench
