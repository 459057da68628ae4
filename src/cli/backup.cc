// `cartwheel backup` and `cartwheel restore`: a copy of a database while it works, and a database from a copy.
#include <filesystem>

#include "base/status.h"
#include "cli/args.h"
#include "cli/output.h"
#include "cli/session.h"
#include "engine/common/forgotten.h"
#include "engine/outbox/claims.h"
#include "fmt/format.h"

namespace cartwheel::cli {
namespace {

constexpr OptionSpec kBackupOptions[] = {
    {"--db", "FILE", "the database", true},
    {"--to", "FILE", "the copy; must not be there yet", true},
};

constexpr OptionSpec kRestoreOptions[] = {
    {"--db", "FILE", "the database to make; must not be there yet", true},
    {"--send-again", "", "send what waits in the copy: nothing was handed out after it was made"},
};

int RunBackup(const Args& args) {
  const std::string to = args.Get("--to");
  absl::StatusOr<std::unique_ptr<Engine>> engine = OpenExisting(args.Get("--db"));
  if (!engine.ok()) return Fail(engine.status());
  if (absl::Status status = BackUp((*engine)->impl().store(), to); !status.ok()) return Fail(status);
  std::error_code missing;
  return Print(fmt::format("{}: {}\n", to, Size(static_cast<int64_t>(std::filesystem::file_size(to, missing)))));
}

// The copy of a copy: the same call checks that it is one of ours.
absl::Status Restore(const std::string& copy, const std::string& path, bool send_again) {
  {
    ASSIGN_OR_RETURN(std::unique_ptr<Engine> source, OpenExisting(copy));
    ASSIGN_OR_RETURN(std::string damage, source->impl().store().FindDamage());
    if (!damage.empty()) return absl::DataLossError(fmt::format("{} is damaged: {}", copy, damage));
    RETURN_IF_ERROR(source->impl().store().Backup(path));
    RETURN_IF_ERROR(source->Close());
  }
  ASSIGN_OR_RETURN(std::unique_ptr<Engine> engine, OpenExisting(path));
  const int64_t now_ms = SystemClock()->NowMs();
  ASSIGN_OR_RETURN(const EventBatch forgotten, ReadForgotten(engine->impl().store(), copy, path, now_ms));
  RETURN_IF_ERROR(engine->impl().Append(forgotten, now_ms));
  if (!send_again) RETURN_IF_ERROR(MarkRestored(engine->impl().store(), now_ms));
  RETURN_IF_ERROR(engine->impl().store().Adopt());
  return engine->Close();
}

int RunRestore(const Args& args) {
  const std::string path = args.Get("--db");
  if (absl::Status status = Restore(args.operand(0), path, args.Has("--send-again")); !status.ok()) return Fail(status);
  return Print(fmt::format(
      "{} is ready. Ingest again what came after the copy was made: events keep their ids, so none counts twice.\n",
      path));
}

}  // namespace

const Command kBackupCommand = {
    "backup",
    "",
    "copies a database while others work on it",
    "The copy is one state of the database, complete and flushed when it appears. FILE.forgotten is copied with it.",
    {"cartwheel backup --db shop.db --to shop-2026-11-27.db"},
    kBackupOptions,
    RunBackup,
};

const Command kRestoreCommand = {
    "restore",
    "COPY",
    "makes a database from a copy",
    "The copy does not hold what was handed out after it was made. So that no customer gets a message twice,\n"
    "advertisements that wait in the copy end as unknown, and steps that were due before this moment send none;\n"
    "--send-again leaves that out. What was erased or withdrawn after the copy was made is so again, as "
    "FILE.forgotten\n"
    "beside the copy and beside the database to make say. Orders and other transactional messages are sent in any "
    "case.",
    {"cartwheel restore shop-2026-11-27.db --db shop.db"},
    kRestoreOptions,
    RunRestore,
};

}  // namespace cartwheel::cli
