#include "tests/bench/engine_job.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>
#include <sstream>
#include <thread>
#include <vector>

#include "cartwheel/worker.h"
#include "tests/bench/sqlite_file.h"

namespace cartwheel::bench {
namespace {

constexpr const char* kPlaybookFile = CARTWHEEL_SOURCE_DIR "/tests/bench/cart72.json";

constexpr std::string_view kSteps[kReminders] = {"gentle", "count", "last_call"};
constexpr size_t kQueryMessages = 1'000;
constexpr std::string_view kInMemory = ":memory:";

// What really stands in the outbox, row by row: a counter would say what the engine believes.
std::array<int64_t, kReminders> CountMessages(Engine& engine) {
  std::array<int64_t, kReminders> counts{};
  simdjson::dom::parser parser;
  QueryRequest request{.query = "messages", .limit = kQueryMessages};
  for (bool more = true; more;) {
    const std::string answer = Must(engine.Query(request));
    const simdjson::dom::element page = parser.parse(answer);
    for (const simdjson::dom::element message : page["messages"]) {
      const std::string_view step = message["step"];
      const auto place = std::find(std::begin(kSteps), std::end(kSteps), step);
      Require(place != std::end(kSteps), fmt::format("step '{}': expected one of cart72.json", step));
      ++counts[static_cast<size_t>(place - std::begin(kSteps))];
    }
    more = page["next_after"].get(request.after) == simdjson::SUCCESS;
  }
  return counts;
}

std::array<int64_t, kReminders> CountMessages(const std::string& path) {
  return CountMessages(*Must(Engine::Open(path, EngineOptions())));
}

class EngineJob final : public Job {
 public:
  EngineJob(const std::string& path, std::string_view playbook) : path_(path), engine_(OpenEngine(path, playbook)) {}

  void Take(const Batch& batch) override {
    IngestAll(*engine_, batch.ndjson, batch.now_ms);
    Advance(batch.now_ms);
  }

  void PassTo(int64_t now_ms) override { Advance(now_ms); }

  void Close() override {
    if (path_ == kInMemory) return;  // what it made would be gone
    const absl::Status status = engine_->Close();
    Require(status.ok(), status.ToString());
    engine_.reset();
  }

  std::optional<JobOutcome> Read() override {
    outcome_.reminders = engine_ != nullptr ? CountMessages(*engine_) : CountMessages(path_);
    return outcome_;
  }

 private:
  void Advance(int64_t now_ms) {
    const AdvanceResult done = AdvanceTo(*engine_, now_ms);
    Require(done.refused == 0, fmt::format("{} events refused, expected none", done.refused));
    outcome_.duplicates += done.duplicates;
    outcome_.carts += done.enrolments;
  }

  const std::string path_;
  std::unique_ptr<Engine> engine_;
  JobOutcome outcome_;
};

// How far a file is folded. Asked of the file, because a worker's counts move once an Advance, and `query health`
// counts the outbox.
class FoldedTo {
 public:
  explicit FoldedTo(const std::string& path)
      : file_(path, "PRAGMA query_only = ON"), read_(file_.get(), "SELECT cursor FROM fold") {}
  int64_t Read() {
    read_.Step();
    const int64_t folded = read_.Integer(0);
    read_.Reset();
    return folded;
  }

 private:
  SqliteFile file_;
  Statement read_;
};

// The host ingests on its thread, and a Worker that it started folds and fires on another.
class WorkerJob final : public Job {
 public:
  WorkerJob(const std::string& path, std::string_view playbook, int64_t behind_max)
      : path_(path), behind_max_(behind_max) {
    engine_ = OpenEngine(path, playbook, &clock_);
  }

  // A week goes by in seconds here, so a worker that lags far would be one that slept for hours.
  void Await() override {
    while (ingested_ - folded_ > behind_max_ && ingested_ - (folded_ = folded_to_->Read()) > behind_max_)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }

  void Take(const Batch& batch) override {
    if (ingested_ == 0) StartAt(batch.now_ms);
    IngestAll(*engine_, batch.ndjson, batch.now_ms);
    clock_.now_ms = batch.now_ms;
    ingested_ += batch.events;
  }

  void PassTo(int64_t now_ms) override {
    Settle();
    clock_.now_ms = now_ms;
    AdvanceTo(*engine_, now_ms);
  }

  void Close() override {
    folded_to_.reset();
    worker_->Stop();
    Require(worker_->last_error().ok(), worker_->last_error().ToString());
    worker_.reset();
    const std::string stats = Must(engine_->Query({.query = "stats"}));
    const absl::Status status = engine_->Close();
    Require(status.ok(), status.ToString());
    engine_.reset();
    simdjson::dom::parser parser;
    const simdjson::dom::element counts = parser.parse(stats)["counts"];
    outcome_.duplicates = int64_t{counts["duplicates"]};
    outcome_.carts = int64_t{counts["enrolments"]};
    outcome_.overtaken = true;
    Require(int64_t{counts["refused"]} == 0, "events were refused: " + stats);
  }

  std::optional<JobOutcome> Read() override {
    outcome_.reminders = CountMessages(path_);
    return outcome_;
  }

 private:
  void StartAt(int64_t now_ms) {
    clock_.now_ms = now_ms;
    folded_to_.emplace(path_);
    worker_ = std::make_unique<Worker>(engine_.get(), Dispatcher(engine_.get()));
    worker_->Start();
  }

  // Until all is folded that came; then the host itself advances, with the worker's threads at its side.
  void Settle() {
    while (folded_to_->Read() < ingested_) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }

  const std::string path_;
  const int64_t behind_max_;
  SharedClock clock_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<Worker> worker_;
  int64_t ingested_ = 0;
  int64_t folded_ = 0;  // as far as was looked
  std::optional<FoldedTo> folded_to_;
  JobOutcome outcome_;
};

}  // namespace

Options EngineOptions() { return Options(); }

std::string Cart72Playbook() {
  std::ifstream file(kPlaybookFile);
  std::ostringstream text;
  text << file.rdbuf();
  Require(!text.str().empty(), std::string(kPlaybookFile) + ": expected a playbook");
  return text.str();
}

std::unique_ptr<Engine> OpenEngine(const std::string& path, std::string_view playbook, Clock* clock) {
  Options options = EngineOptions();
  options.deployment = "bench";  // a file that is copied is at home all the same
  options.clock = clock;
  std::unique_ptr<Engine> engine = Must(Engine::Open(path, options));
  const LoadResult loaded = Must(engine->Load(playbook));
  Require(loaded.note.empty(), loaded.note);
  return engine;
}

void IngestAll(Engine& engine, std::string_view ndjson, int64_t now_ms) {
  const IngestResult result = Must(engine.Ingest(ndjson, {.now_ms = now_ms}));
  if (!result.rejected.empty()) Fail(fmt::format("event {}: {}", result.rejected[0].id, result.rejected[0].message));
}

AdvanceResult AdvanceTo(Engine& engine, int64_t now_ms) {
  AdvanceResult sum;
  do sum.Add(Must(engine.Advance(now_ms)));
  while (sum.more);
  return sum;
}

std::unique_ptr<Job> MakeEngineJob(const std::string& path) { return MakeEngineJobWith(path, Cart72Playbook()); }
std::unique_ptr<Job> MakeMemoryJob(const std::string&) { return MakeEngineJob(std::string(kInMemory)); }
std::unique_ptr<Job> MakeEngineJobWith(const std::string& path, std::string_view playbook) {
  return std::make_unique<EngineJob>(path, playbook);
}
std::unique_ptr<Job> MakeWorkerJob(const std::string& path, std::string_view playbook, int64_t behind_max) {
  return std::make_unique<WorkerJob>(path, playbook, behind_max);
}

}  // namespace cartwheel::bench
