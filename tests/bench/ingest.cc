// Ingest alone: cart72's events made durable and folded by no one, beside the same bytes appended without being read.
#include "tests/bench/append_bound.h"
#include "tests/bench/cases.h"
#include "tests/bench/engine_job.h"
#include "tests/bench/job.h"

namespace cartwheel::bench {
namespace {

class IngestOnly final : public Job {
 public:
  explicit IngestOnly(const std::string& path) : engine_(Must(Engine::Open(path, EngineOptions()))) {}
  void Take(const Batch& batch) override { IngestAll(*engine_, batch.ndjson, batch.now_ms); }
  void PassTo(int64_t) override {}
  void Close() override { engine_.reset(); }
  std::optional<JobOutcome> Read() override { return std::nullopt; }

 private:
  std::unique_ptr<Engine> engine_;
};

const NamedJob kIngest = {"Cartwheel, ingest alone",
                          [](const std::string& path) { return std::make_unique<IngestOnly>(path); }};
const NamedJob kLogAppend = {"append to a SQLite log", MakeLogAppend};
const NamedJob kFileAppend = {"append to a file", MakeFileAppend};

}  // namespace

int RunIngest(const BenchOptions& options) {
  CompareJobs(options, {kIngest, kLogAppend, kFileAppend}, kLogAppend.name);
  return 0;
}

}  // namespace cartwheel::bench
