// `cartwheel channels`: tries the channels of a channels.json, or lists the kinds that there are.
#include "base/status.h"
#include "cli/args.h"
#include "cli/output.h"
#include "cli/sending.h"
#include "fmt/format.h"

namespace cartwheel::cli {
namespace {

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

int RunChannels(const Args& args) {
  const std::string& action = args.operand(0);
  if (action == "kinds" && args.operands() == 1) return Print(KindsText());
  if (action == "check" && args.operands() == 2) return Check(args.operand(1));
  return Fail(kUsage, "channels: expected check FILE, or kinds");
}

}  // namespace

const Command kChannelsCommand = {
    "channels",
    "ACTION [FILE]",
    "tries the channels that a worker sends by",
    "ACTION is one of\n"
    "  check FILE  asks each provider of a channels.json whether the settings work; no message is sent\n"
    "  kinds       lists the kinds of channels and their settings",
    {"cartwheel channels check channels.json", "cartwheel channels kinds"},
    {},
    RunChannels,
};

}  // namespace cartwheel::cli
