#include "tests/bench/engine_job.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>
#include <vector>

namespace cartwheel::bench {
namespace {

constexpr const char* kPlaybookFile = CARTWHEEL_SOURCE_DIR "/tests/bench/cart72.json";

constexpr std::string_view kSteps[kReminders] = {"gentle", "count", "last_call"};
constexpr size_t kQueryMessages = 1'000;

// What really stands in the outbox, row by row: a counter would say what the engine believes.
std::array<int64_t, kReminders> CountMessages(const std::string& path) {
  std::array<int64_t, kReminders> counts{};
  std::unique_ptr<Engine> engine = Must(Engine::Open(path, EngineOptions()));
  simdjson::dom::parser parser;
  QueryRequest request{.query = "messages", .limit = kQueryMessages};
  for (bool more = true; more;) {
    const std::string answer = Must(engine->Query(request));
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

class EngineJob final : public Job {
 public:
  explicit EngineJob(const std::string& path) : path_(path), engine_(OpenEngine(path, Cart72Playbook())) {}

  void Take(const Batch& batch) override {
    IngestAll(*engine_, batch.ndjson, batch.now_ms);
    Advance(batch.now_ms);
  }

  void PassTo(int64_t now_ms) override { Advance(now_ms); }

  void Close() override {
    const absl::Status status = engine_->Close();
    Require(status.ok(), status.ToString());
    engine_.reset();
  }

  std::optional<JobOutcome> Read() override {
    outcome_.reminders = CountMessages(path_);
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

}  // namespace

Options EngineOptions() {
  Options options;
  options.address_by_id = true;
  return options;
}

std::string Cart72Playbook() {
  std::ifstream file(kPlaybookFile);
  std::ostringstream text;
  text << file.rdbuf();
  Require(!text.str().empty(), std::string(kPlaybookFile) + ": expected a playbook");
  return text.str();
}

std::unique_ptr<Engine> OpenEngine(const std::string& path, std::string_view playbook) {
  std::unique_ptr<Engine> engine = Must(Engine::Open(path, EngineOptions()));
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
  do {
    const AdvanceResult done = Must(engine.Advance(now_ms));
    sum.events += done.events;
    sum.duplicates += done.duplicates;
    sum.refused += done.refused;
    sum.alarms += done.alarms;
    sum.enrolments += done.enrolments;
    sum.messages += done.messages;
    sum.exits += done.exits;
    sum.more = done.more;
    sum.next_due_ms = done.next_due_ms;
  } while (sum.more);
  return sum;
}

std::unique_ptr<Job> MakeEngineJob(const std::string& path) { return std::make_unique<EngineJob>(path); }

}  // namespace cartwheel::bench
