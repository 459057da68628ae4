// `cartwheel worker`: advances a database and hands over its messages until it is told to stop.
#include "cartwheel/worker.h"

#include <algorithm>

#include "base/status.h"
#include "cartwheel/limits.h"
#include "cli/args.h"
#include "cli/output.h"
#include "cli/sending.h"
#include "cli/session.h"
#include "cli/signals.h"
#include "fmt/format.h"

namespace cartwheel::cli {
namespace {

constexpr int64_t kLookMs = 200;          // how often the worker's state is looked at
constexpr int64_t kWaitingSaidMs = 1000;  // a start that takes longer is told

constexpr OptionSpec kWorkerOptions[] = {
    {"--db", "FILE", "the database; made when it is not there", true},
    {"--playbook", "FILE", "a playbook to load first; without it the one of the database is in force"},
    {"--channels", "FILE", "send by the channels of this channels.json; SIGHUP reads it again"},
    {"--deliver", "file:PATH", "append messages to this file instead; without both they wait until they are claimed"},
    {"--threads", "N", "that step customers beside each other; without it half the cores, at least 1"},
    kFileModeOption,
};

std::string Join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

// The channels of channels.json, a dispatcher for each: one that hangs keeps no other waiting. Says which of the
// playbook's channels the file lacks.
absl::StatusOr<std::vector<Dispatcher>> OpenDispatchers(const std::string& file, Engine* engine, Sending& sending,
                                                        std::string* said) {
  ASSIGN_OR_RETURN(std::vector<OpenedChannel> channels, sending.Open(file));
  ASSIGN_OR_RETURN(const std::vector<std::string> wanted, ChannelNames(*engine));
  std::vector<Dispatcher> dispatchers;
  std::vector<std::string> names, missing = wanted;
  for (OpenedChannel& opened : channels) {
    const std::string name(opened.channel->name());
    names.push_back(fmt::format("{} ({})", name, opened.kind));
    std::erase(missing, name);
    RETURN_IF_ERROR(dispatchers.emplace_back(engine).Add(std::move(opened.channel)));
  }
  *said = fmt::format("messages go by {} of {}", names.empty() ? "no channel" : Join(names), file);
  if (!missing.empty()) *said += fmt::format("; it has no {}: their messages wait", Join(missing));
  return dispatchers;
}

// Reads channels.json again. One with errors changes nothing.
void Reload(const std::string& file, Engine* engine, Sending& sending, Worker& worker) {
  std::string said;
  absl::StatusOr<std::vector<Dispatcher>> dispatchers = OpenDispatchers(file, engine, sending, &said);
  if (dispatchers.ok()) {
    worker.SetDispatchers(*std::move(dispatchers));
    Note(fmt::format("worker: {}", said));
  } else {
    Note(fmt::format("worker: {}; the channels stay as they were", StatusText(dispatchers.status())));
  }
}

// Tells what changes: the lease won or waited for. A broken database ends it.
absl::Status Attend(const Worker& worker, const std::string& path, const std::function<void()>& reload) {
  bool held = false, said_waiting = false;
  for (int64_t waited_ms = 0;; waited_ms += kLookMs) {
    const Asked asked = WaitForSignal(kLookMs);
    if (asked == Asked::kStop) break;
    if (asked == Asked::kReload) reload();
    bool holds = worker.counts().holds_lease;
    if (holds && said_waiting) Note(fmt::format("worker: folds {} now", path));
    if (holds) said_waiting = false;
    if (!holds && !said_waiting && (held || waited_ms >= kWaitingSaidMs)) {
      Note(fmt::format("worker: another worker folds {}; waiting for its place", path));
      said_waiting = true;
    }
    held = holds;
    absl::Status error = worker.last_error();
    if (absl::IsDataLoss(error) || absl::IsFailedPrecondition(error)) return error;
  }
  return absl::OkStatus();
}

absl::Status Work(const Args& args) {
  const std::string path = args.Get("--db"), deliver = args.Get("--deliver"), file = args.Get("--channels");
  Options options;
  ASSIGN_OR_RETURN(options.file_mode, FileModeOf(args));
  options.token_key = TokenKeyOfEnvironment();
  options.log = [last = std::string()](LogLevel level,
                                       std::string_view line) mutable {  // at work in one thread at a time
    if (level == LogLevel::kWarning && line != last) Note(fmt::format("worker: {}", last = line));
  };
  ASSIGN_OR_RETURN(std::unique_ptr<Engine> engine, OpenEngine(path, options));
  if (args.Has("--playbook")) RETURN_IF_ERROR(LoadFile(*engine, args.Get("--playbook")).status());
  Dispatcher dispatcher(engine.get());
  ASSIGN_OR_RETURN(std::vector<std::string> channels, ChannelNames(*engine));
  if (!deliver.empty()) RETURN_IF_ERROR(AddChannels(channels, deliver, path, nullptr, &dispatcher));
  std::string way =
      deliver.empty() ? "messages wait until they are claimed" : fmt::format("{} go to {}", Join(channels), deliver);
  std::unique_ptr<Sending> sending;  // must outlive the worker
  std::vector<Dispatcher> dispatchers;
  if (!file.empty()) {
    sending = std::make_unique<Sending>();
    ASSIGN_OR_RETURN(dispatchers, OpenDispatchers(file, engine.get(), *sending, &way));
  }
  Note(fmt::format("worker: {}; {}; SIGTERM stops it", path, channels.empty() ? "no playbook is loaded yet" : way));

  int64_t began_ms = SystemClock()->MonotonicMs();
  ASSIGN_OR_RETURN(const int64_t threads, args.Number("--threads", 0, 1));
  Worker worker(engine.get(), std::move(dispatcher),
                {.threads = static_cast<uint32_t>(std::min<int64_t>(threads, kStepThreadsMax))});
  if (sending != nullptr) worker.SetDispatchers(std::move(dispatchers));
  worker.Start();
  absl::Status status = Attend(worker, path, [&] {
    if (sending != nullptr) Reload(file, engine.get(), *sending, worker);
  });
  worker.Stop();
  WorkerCounts counts = worker.counts();
  Note(fmt::format("worker: stopped after {} s: folded {}, made {}, handed over {}",
                   (SystemClock()->MonotonicMs() - began_ms) / 1000, Plural(counts.events, "event"),
                   Plural(counts.messages, "message"), Count(counts.handed_over)));
  absl::Status closed = engine->Close();
  return status.ok() ? closed : status;
}

int RunWorker(const Args& args) {
  if (absl::Status status = CheckDeliver(args.Get("--deliver")); !status.ok()) return Fail(kUsage, StatusText(status));
  if (absl::StatusOr<int> mode = FileModeOf(args); !mode.ok()) return Fail(kUsage, StatusText(mode.status()));
  if (args.Has("--channels") && args.Has("--deliver"))
    return Fail(kUsage, "worker: either --channels or --deliver, not both");
  CatchStopSignals();
  if (args.Has("--channels")) CatchReloadSignal();
  absl::Status status = Work(args);
  return status.ok() ? kOk : Fail(status);
}

}  // namespace

const Command kWorkerCommand = {
    "worker",
    "",
    "folds what comes in and hands over what is due, until SIGTERM",
    "One worker at a time folds a database; a second one waits, and takes over when the first stops or dies. The "
    "channels\n"
    "of --deliver are those that the playbook uses when the worker starts.",
    {"cartwheel worker --db shop.db --playbook cart.json --channels channels.json",
     "cartwheel worker --db shop.db --playbook cart.json --deliver file:messages.ndjson"},
    kWorkerOptions,
    RunWorker,
};

}  // namespace cartwheel::cli
