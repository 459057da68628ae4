// `cartwheel replay`: history through the whole machine, in virtual time, with figures.
#include <stdlib.h>

#include <chrono>
#include <filesystem>
#include <optional>

#include "base/status.h"
#include "cartwheel/limits.h"
#include "cli/args.h"
#include "cli/event_file.h"
#include "cli/output.h"
#include "cli/replay_summary.h"
#include "cli/replayer.h"
#include "cli/session.h"
#include "cli/signals.h"
#include "fmt/format.h"

namespace cartwheel::cli {
namespace {

const OptionSpec kReplayOptions[] = {
    {"--playbook", "FILE", "the playbook to run", true},
    kFormatOption,
    {"--db", "FILE",
     "the database; without it one is made for this run and removed. A new one is whole when the run has ended"},
    kFileModeOption,
    {"--batch", "N", "events of one ingest at most; 1000"},
    {"--durability", "KIND",
     "full: what is read survives power loss (the default where the database is there already), or normal: what is "
     "delivered does, the rest is read again (of one that --deliver makes)"},
    {"--until", "SPAN", "how long to run on after the last event; +96h"},
    {"--deliver", "file:PATH", "append the messages to a file, one JSON object a line, instead of keeping none"},
    {"--json", "", "one JSON object instead of tables"},
};

struct ReplayPlan {
  InputFormat format;
  int64_t until_span_ms = 0;
  int64_t batch_max = 0;
  std::optional<Durability> durability;  // nullopt: by whether the database is there
  std::string deliver;
  int file_mode = 0;
};

absl::StatusOr<ReplayPlan> PlanOf(const Args& args) {
  ReplayPlan plan;
  ASSIGN_OR_RETURN(plan.format, FormatOf(args));
  ASSIGN_OR_RETURN(plan.until_span_ms, UntilSpan(args));
  ASSIGN_OR_RETURN(plan.batch_max, args.Number("--batch", kReplayBatchMax, 1));
  if (plan.batch_max > static_cast<int64_t>(kBatchEventsMax))
    return absl::InvalidArgumentError(
        fmt::format("--batch is {}, expected at most {} (batch_events_max)", plan.batch_max, kBatchEventsMax));
  if (const std::string durability = args.Get("--durability"); durability == "full" || durability == "normal")
    plan.durability = durability == "full" ? Durability::kFull : Durability::kNormal;
  else if (!durability.empty())
    return absl::InvalidArgumentError(fmt::format("--durability is \"{}\", expected full or normal", durability));
  plan.deliver = args.Get("--deliver");
  ASSIGN_OR_RETURN(plan.file_mode, FileModeOf(args));
  RETURN_IF_ERROR(CheckDeliver(plan.deliver));
  return plan;
}

// A folder for one run, removed with everything in it.
class TemporaryFolder {
 public:
  absl::Status Make() {
    std::error_code error;
    std::string path = (std::filesystem::temp_directory_path(error) / "cartwheel-XXXXXX").string();
    if (error || mkdtemp(path.data()) == nullptr)
      return absl::FailedPreconditionError(
          fmt::format("{}: no folder can be made here; set TMPDIR or give --db", path));
    path_ = path;
    return absl::OkStatus();
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  std::string file() const { return path_ + "/replay.db"; }

 private:
  std::string path_;
};

absl::Status Replay(const Args& args, const ReplayPlan& plan) {
  ASSIGN_OR_RETURN(std::unique_ptr<EventFile> file, EventFile::Open(args.operand(0), plan.format));
  VirtualClock clock;
  Options options;
  TemporaryFolder folder;
  std::string path = args.Get("--db");
  if (path.empty()) {
    RETURN_IF_ERROR(folder.Make());
    path = folder.file();
  }
  // A file that this run makes can be made again; what is delivered must not be, and a claim flushes before it leaves.
  const bool is_new = !std::filesystem::exists(path);
  options.scratch = plan.deliver.empty() && is_new;
  options.clock = &clock;
  options.durability = plan.durability.value_or(is_new ? Durability::kNormal : Durability::kFull);
  options.file_mode = plan.file_mode;
  const bool address_by_id = !HoldsEndpointEvents(*file, plan.format);
  file->Rewind();
  ASSIGN_OR_RETURN(std::unique_ptr<Engine> engine, OpenEngine(path, options));
  engine->impl().SetAddressById(address_by_id);
  engine->impl().SetGuardsSurges(false);
  ASSIGN_OR_RETURN(LogHead head, engine->impl().store().Head());
  if (head.last)
    Note(fmt::format("{} already holds {}: the replay goes on top of them", path, Plural(head.last.value(), "event")));
  RETURN_IF_ERROR(LoadFile(*engine, args.Get("--playbook")).status());
  Dispatcher dispatcher(engine.get(), &clock);
  ASSIGN_OR_RETURN(std::vector<std::string> channels, ChannelNames(*engine));
  RETURN_IF_ERROR(AddChannels(channels, plan.deliver, path, nullptr, &dispatcher));

  ReplaySummary summary;
  auto began = std::chrono::steady_clock::now();
  Replayer replayer(engine.get(), &dispatcher, &clock, static_cast<size_t>(plan.batch_max), ShowProgress);
  ASSIGN_OR_RETURN(summary.until_ms, PlayAndRunOn(replayer, *file, plan.format, plan.until_span_ms));
  summary.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  MeasureProcess(&summary);
  summary.counts = replayer.counts();
  ASSIGN_OR_RETURN(summary.report, engine->Query({.query = "report"}));
  ASSIGN_OR_RETURN(StoreStatus sizes, engine->impl().store().Status());
  summary.log_bytes = sizes.head.bytes_end;
  RETURN_IF_ERROR(engine->Close());
  std::error_code unknown;
  summary.database_bytes =
      static_cast<int64_t>(std::filesystem::file_size(path, unknown));  // what stays: its WAL is gone
  if (Print(args.Has("--json") ? SummaryJson(summary) : SummaryText(summary)) != kOk)
    return absl::UnknownError("standard output cannot be written");
  return absl::OkStatus();
}

int RunReplay(const Args& args) {
  absl::StatusOr<ReplayPlan> plan = PlanOf(args);
  if (!plan.ok()) return Fail(kUsage, StatusText(plan.status()));
  CatchStopSignals();
  absl::Status status = Replay(args, *plan);
  return status.ok() ? kOk : Fail(status);
}

}  // namespace

const Command kReplayCommand = {
    "replay",
    "FILE",
    "plays a file of events through the engine in virtual time and reports what came of it",
    "FILE is a file of events, or - for standard input. Every customer counts as reachable on every channel, unless "
    "the\n"
    "file itself registers addresses (endpoint_added). The tables count events as records of the file: accepted ones "
    "and\n"
    "rejected ones; duplicates are among the accepted. Data that hold no consents show what the gate holds back\n"
    "(no_consent), which examples/demo.sh says how to give them.",
    {"cartwheel replay examples/data/otto_sessions.jsonl --format otto --playbook examples/recipes/cart-24-48-72.json",
     "zcat 2019-Oct.csv.gz | cartwheel replay - --format rees46 --playbook cart.json --json",
     "cartwheel replay events.ndjson --playbook cart.json --db shop.db --deliver file:messages.ndjson"},
    kReplayOptions,
    RunReplay,
};

}  // namespace cartwheel::cli
