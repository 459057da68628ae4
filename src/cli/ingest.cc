// `cartwheel ingest`: appends a file of events to a database, now. A worker folds them.
#include "base/status.h"
#include "cli/args.h"
#include "cli/event_file.h"
#include "cli/output.h"
#include "cli/replayer.h"
#include "cli/session.h"
#include "cli/sniff.h"
#include "fmt/format.h"

namespace cartwheel::cli {
namespace {

const OptionSpec kIngestOptions[] = {
    {"--db", "FILE", "the database; made when it is not there", true},
    kFormatOption,
    kFileModeOption,
    {"--strict", "", "reject an event with a field that cannot be read, for tests of a shop's integration"},
};

absl::Status Append(Engine& engine, EventBatch* batch, int64_t now_ms, ReplayCounts* counts) {
  RETURN_IF_ERROR(engine.impl().Append(*batch, now_ms));
  counts->accepted += static_cast<int64_t>(batch->count);
  *batch = EventBatch();
  return absl::OkStatus();
}

absl::Status Ingest(Engine& engine, EventFile& file, const InputFormat& format, ReplayCounts* counts) {
  EventReader reader = format.Reader();
  for (std::string_view chunk = file.Next(); !chunk.empty(); chunk = file.Next()) {
    int64_t now_ms = SystemClock()->NowMs();
    EventBatch read, batch;
    std::vector<Rejection> rejected;
    std::vector<Warning> warnings;
    reader.Read(chunk, engine.impl().Reading(Source::kFile, now_ms), &read, &rejected, &warnings);
    CountRejected(std::move(rejected), counts);
    CountWarnings(std::move(warnings), counts);
    EventCursor cursor(read.bytes);
    for (Event event; cursor.Next(&event);) {
      batch.AppendRaw(cursor.encoded(), event);
      if (batch.count == kAppendMax) RETURN_IF_ERROR(Append(engine, &batch, now_ms, counts));
    }
    RETURN_IF_ERROR(Append(engine, &batch, now_ms, counts));
  }
  return absl::OkStatus();
}

int RunIngest(const Args& args) {
  absl::StatusOr<InputFormat> format = FormatOf(args);
  if (!format.ok()) return Fail(kUsage, StatusText(format.status()));
  Options options;
  absl::StatusOr<int> mode = FileModeOf(args);
  if (!mode.ok()) return Fail(kUsage, StatusText(mode.status()));
  options.file_mode = *mode;
  options.token_key = TokenKeyOfEnvironment();
  absl::StatusOr<std::unique_ptr<EventFile>> file = EventFile::Open(args.operand(0), *format);
  if (!file.ok()) return Fail(file.status());
  options.strict = args.Has("--strict");
  absl::StatusOr<std::unique_ptr<Engine>> engine = OpenEngine(args.Get("--db"), options);
  if (!engine.ok()) return Fail(engine.status());
  ReplayCounts counts;
  absl::Status status = Ingest(**engine, **file, *format, &counts);
  std::string text =
      fmt::format("{} accepted, {} rejected\n", Plural(counts.accepted, "event"), Count(counts.rejected_total()));
  for (const auto& [code, count] : counts.rejected) text += fmt::format("  {}: {}\n", code, Count(count));
  for (const Rejection& rejection : counts.first_rejected)
    text += fmt::format("  record {}: {}\n", rejection.record, Printable(rejection.message));
  text += WarningsText(counts);
  int printed = Print(text);
  return status.ok() ? printed : Fail(status);
}

}  // namespace

const Command kIngestCommand = {
    "ingest",
    "FILE",
    "appends events to a database; a worker folds them",
    "FILE is a file of events, or - for standard input. What is durable is said in the end; events that were rejected "
    "are\n"
    "counted by reason, and do not keep the others out.",
    {"cartwheel ingest events.ndjson --db shop.db",
     "tail -n +1 calls.json | cartwheel ingest - --format segment --db shop.db"},
    kIngestOptions,
    RunIngest,
};

}  // namespace cartwheel::cli
