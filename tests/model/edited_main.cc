// edited [--population N]: a journey is edited three times while N customers walk it, in a file, with a worker that
// dies after each load. Everybody's messages are those of the revision by which the walk began, at its moments.
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/status.h"
#include "base/time.h"
#include "cartwheel/clock.h"
#include "cartwheel/engine.h"
#include "core/model/message_body.h"
#include "engine/engine_impl.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

constexpr int64_t kStartMs = 1'767'225'600'000;  // 2026-01-01T00:00:00Z
constexpr int64_t kBatch = 10'000;
constexpr size_t kPage = 10'000;

// Of one revision: how long it waits before each of its sends, in hours.
using Waits = std::vector<int64_t>;
const std::vector<Waits> kRevisions = {{2, 3}, {1, 1, 1}, {5}, {4, 2}};
// Each revision is loaded an hour after the one before, and a quarter of the customers enters half an hour later.
constexpr int64_t kBetweenMs = kHourMs;
constexpr int64_t kEntersMs = kHourMs / 2;

std::string Playbook(size_t revision) {
  std::string steps;
  for (size_t i = 0; i < kRevisions[revision].size(); ++i)
    steps += fmt::format(R"({}{{"wait":"{}h"}},{{"send":"news","via":["sms"],"name":"r{}s{}"}})", i == 0 ? "" : ",",
                         kRevisions[revision][i], revision, i);
  return fmt::format(
      R"({{"playbook":1,"revision":{},"policy":{{"consent":"assumed_by_shop","rules":[]}},"shop":{{"name":"S"}},)"
      R"("templates":{{"news":{{"purpose":"news","sms":"a"}}}},"channels":{{"sms":{{"address_by_id":true}}}},)"
      R"("journeys":{{"edited":{{"enter":{{"on":"began"}},"exit":[{{"on":"gave_up"}}],"steps":[{}]}}}}}})",
      revision + 1, steps);
}

template <typename Result>
auto Must(absl::StatusOr<Result> result) {
  if (!result.ok()) throw std::runtime_error(StatusText(result.status()));
  return *std::move(result);
}

class Edited {
 public:
  Edited(std::string path, int64_t population) : path_(std::move(path)), population_(population) { Open(); }

  // What was made, and what should have been: how often, by "step at hours".
  std::pair<std::map<std::string, int64_t>, std::map<std::string, int64_t>> Run() {
    const auto revisions = static_cast<int64_t>(kRevisions.size());
    std::map<std::string, int64_t> expected;
    for (int64_t revision = 0; revision < revisions; ++revision) {
      AdvanceTo(revision * kBetweenMs);
      Must(engine_->Load(Playbook(static_cast<size_t>(revision))));
      Crash();
      const int64_t at_ms = revision * kBetweenMs + kEntersMs;
      AdvanceTo(at_ms);
      Enter(population_ * revision / revisions, population_ * (revision + 1) / revisions, at_ms);
      int64_t made_ms = at_ms;
      const Waits& waits = kRevisions[static_cast<size_t>(revision)];
      for (size_t i = 0; i < waits.size(); ++i) {
        made_ms += waits[i] * kHourMs;
        expected[fmt::format("r{}s{} at {}", revision, i, static_cast<double>(made_ms) / kHourMs)] +=
            population_ * (revision + 1) / revisions - population_ * revision / revisions;
      }
    }
    AdvanceTo(24 * kHourMs);
    return {Made(), expected};
  }

 private:
  void Open() {
    Options options;
    options.clock = &clock_;
    options.durability = Durability::kNormal;
    engine_ = Must(Engine::Open(path_, options));
    engine_->impl().SetGuardsSurges(false);
  }

  // Its lease lapses, its memory is lost.
  void Crash() {
    dead_.push_back(std::move(engine_));
    clock_.PassMonotonic(Options{}.fold_lease_ms + 1);
    Open();
  }

  void Enter(int64_t from, int64_t until, int64_t at_ms) {
    for (int64_t begin = from; begin < until; begin += kBatch) {
      std::string events;
      for (int64_t i = begin; i < std::min(until, begin + kBatch); ++i)
        events += fmt::format("{{\"id\":\"e{0}\",\"type\":\"began\",\"customer\":\"c{0}\",\"at\":{1}}}\n", i,
                              kStartMs + at_ms);
      if (!Must(engine_->Ingest(events)).rejected.empty()) throw std::runtime_error("an event was rejected");
    }
  }

  // From one due moment to the next.
  void AdvanceTo(int64_t at_ms) {
    const int64_t until_ms = kStartMs + at_ms;
    while (true) {
      const AdvanceResult result = Must(engine_->Advance());
      if (result.more) continue;
      if (clock_.NowMs() >= until_ms) return;
      const int64_t due_ms = result.next_due_ms == 0 ? until_ms : std::min(result.next_due_ms, until_ms);
      clock_.Set(std::max(due_ms, clock_.NowMs() + 1));
    }
  }

  std::map<std::string, int64_t> Made() {
    std::map<std::string, int64_t> made;
    MessageId after;
    while (true) {
      const std::vector<MessageRow> rows = Must(engine_->impl().store().ListMessages({{}, after, kPage}));
      if (rows.empty()) return made;
      after = rows.back().id;
      for (const MessageRow& row : rows)
        ++made[fmt::format("{} at {}", DecodeMessageBody(row.body).step,
                           static_cast<double>(row.made_at_ms - kStartMs) / kHourMs)];
    }
  }

  const std::string path_;
  const int64_t population_;
  ManualClock clock_{kStartMs};
  std::unique_ptr<Engine> engine_;
  std::vector<std::unique_ptr<Engine>> dead_;  // a process that dies runs no destructor
};

int Main(int argc, char** argv) {
  int64_t population = 2'000;
  if (argc == 3 && std::strcmp(argv[1], "--population") == 0) population = std::atoll(argv[2]);
  std::string folder = (std::filesystem::temp_directory_path() / "cartwheel_edited_XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) return 2;
  bool agrees = false;
  {
    Edited edited(folder + "/cartwheel.db", population);
    const auto [made, expected] = edited.Run();
    agrees = made == expected;
    for (const auto& [what, count] : expected) fmt::print("{}: {} expected\n", what, count);
    if (!agrees)
      for (const auto& [what, count] : made) fmt::print("{}: {} made\n", what, count);
  }
  std::filesystem::remove_all(folder);
  fmt::print("{} customers: {}\n", population, agrees ? "each on its revision" : "they differ");
  return agrees ? 0 : 1;
}

}  // namespace
}  // namespace cartwheel

int main(int argc, char** argv) { return cartwheel::Main(argc, argv); }
