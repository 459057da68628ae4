// `cartwheel channels`: tries the channels of a channels.json, or lists the kinds that there are.
#include "base/status.h"
#include "cli/args.h"
#include "cli/output.h"
#include "cli/sending.h"
#include "cli/session.h"
#include "fmt/format.h"

namespace cartwheel::cli {
namespace {

constexpr OptionSpec kOptions[] = {
    {"--channels", "FILE", "of sync: the channels.json that has the channel"},
    {"--db", "FILE", "of sync: the database"},
    {"--from", "PAGE", "of sync: go on where one before stopped, as it said"},
};

int Check(const std::string& path) {
  Sending sending;
  std::string text;
  bool all_work = true;
  const absl::Status read =
      sending.Check(path, [&](const std::string& name, const std::string& kind, const absl::Status& status) {
        all_work &= status.ok();
        text += fmt::format("{} ({}): {}\n", name, kind, status.ok() ? "works" : StatusText(status));
      });
  if (!read.ok()) return Fail(kFailed, StatusText(read));
  const int printed = Print(text);
  return all_work ? printed : kFailed;
}

// Withdrawals of the addresses that the provider of a channel blocks, page by page: what was taken stays, whatever
// comes after it.
int Sync(const Args& args) {
  const std::string &name = args.operand(1), file = args.Get("--channels"), database = args.Get("--db");
  if (file.empty() || database.empty()) return Fail(kUsage, "channels sync: expected --channels FILE and --db FILE");
  absl::StatusOr<std::unique_ptr<Engine>> engine = OpenExisting(database);
  if (!engine.ok()) return Fail(engine.status());
  Sending sending;
  int64_t pages = 0, addresses = 0, rejected = 0;
  std::string page = args.Get("--from");
  const absl::Status read =
      sending.Sync(file, name, &page, [&](const std::string& format, const std::string& records, int64_t count) {
        const absl::StatusOr<IngestResult> taken = (*engine)->Ingest(records, {.format = format});
        if (!taken.ok()) return taken.status();
        ++pages;
        addresses += count;
        rejected += static_cast<int64_t>(taken->rejected.size());
        return absl::OkStatus();
      });
  const std::string said =
      fmt::format("{}: {} {} blocked there{}", name, Count(addresses), addresses == 1 ? "address" : "addresses",
                  rejected == 0 ? "" : fmt::format(", {} of them not readable", rejected));
  if (read.ok()) return Print(said + "\n");
  return Fail(kFailed, pages == 0 && page.empty()
                           ? StatusText(read)
                           : fmt::format("{} so far; go on with --from '{}': {}", said, page, StatusText(read)));
}

int RunChannels(const Args& args) {
  const std::string& action = args.operand(0);
  if (action == "kinds" && args.operands() == 1) return Print(KindsText());
  if (action == "check" && args.operands() == 2) return Check(args.operand(1));
  if (action == "sync" && args.operands() == 2) return Sync(args);
  return Fail(kUsage, "channels: expected check FILE, sync NAME, or kinds");
}

}  // namespace

const Command kChannelsCommand = {
    "channels",
    "ACTION [OPERAND]",
    "tries the channels that a worker sends by, and takes over what their providers block",
    "ACTION is one of\n"
    "  check FILE  asks each provider of a channels.json whether the settings work; no message is sent\n"
    "  sync NAME   withdraws the consent of addresses that the provider of a channel blocks, as it lists them now\n"
    "  kinds       lists the kinds of channels and their settings",
    {"cartwheel channels check channels.json", "cartwheel channels sync sms --channels channels.json --db shop.db",
     "cartwheel channels kinds"},
    kOptions,
    RunChannels,
};

}  // namespace cartwheel::cli
