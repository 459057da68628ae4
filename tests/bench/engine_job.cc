#include "bench/engine_job.h"

#include <fmt/format.h>

#include <fstream>
#include <sstream>
#include <vector>

namespace cartwheel::bench {
namespace {

constexpr const char* kPlaybookFile = CARTWHEEL_SOURCE_DIR "/tests/bench/cart72.json";

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

  std::optional<Outcome> Read() override {
    outcome_.reminders = ReadReminders();
    return outcome_;
  }

 private:
  void Advance(int64_t now_ms) {
    const AdvanceResult done = AdvanceTo(*engine_, now_ms);
    Require(done.refused == 0, fmt::format("{} events refused, expected none", done.refused));
    outcome_.duplicates += done.duplicates;
    outcome_.carts += done.enrolments;
  }

  std::array<int64_t, kReminders> ReadReminders();

  const std::string path_;
  std::unique_ptr<Engine> engine_;
  Outcome outcome_;
};

}  // namespace
}  // namespace cartwheel::bench
