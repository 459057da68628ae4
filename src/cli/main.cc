// `cartwheel`: finds the command, reads its words, runs it. Everything else is in the command's own file.
#include <cstdio>
#include <exception>
#include <vector>

#include "base/status.h"
#include "base/suggest.h"
#include "cli/args.h"
#include "cli/command.h"
#include "cli/output.h"
#include "fmt/format.h"

namespace cartwheel::cli {
namespace {

constexpr const Command* kCommands[] = {
    &kReplayCommand,   &kSimulateCommand, &kCheckCommand,   &kCheckFormatCommand, &kWorkerCommand,   &kChannelsCommand,
    &kSendCommand,     &kBounceCommand,   &kIngestCommand,  &kReceiptsCommand,    &kAudienceCommand, &kWhyCommand,
    &kReportCommand,   &kConsentCommand,  &kAuditCommand,   &kHoldCommand,        &kTokenCommand,    &kKeysCommand,
    &kSuppressCommand, &kQueryCommand,    &kTopCommand,     &kDoctorCommand,      &kBackupCommand,   &kRestoreCommand,
    &kAdoptCommand,    &kEvalCommand,     &kRenderCommand,  &kPreviewCommand,     &kGraphCommand,    &kDiffCommand,
    &kWhatIfCommand,   &kVapidCommand,    &kVersionCommand,
};

std::string Overview() {
  std::string text = "cartwheel: cart recovery from one library and one file\n\nCommands:\n";
  for (const Command* command : kCommands) text += fmt::format("  {:<14}{}\n", command->name, command->summary);
  text +=
      "\nExit codes: 0 done, 1 the command's own failure, 2 a wrong command line, 3 the database is locked or another\n"
      "process folds it. cartwheel COMMAND --help shows a command's options, with examples.\n";
  return text;
}

const Command* FindCommand(std::string_view name) {
  for (const Command* command : kCommands)
    if (command->name == name) return command;
  return nullptr;
}

int UnknownCommand(std::string_view name) {
  std::vector<std::string_view> names{"help"};
  for (const Command* command : kCommands) names.push_back(command->name);
  std::string_view nearest = Nearest(name, names, Nearness::kPossible);
  std::string hint = nearest.empty() ? "cartwheel help lists the commands" : fmt::format("did you mean {}?", nearest);
  return Fail(kUsage, fmt::format("unknown command \"{}\": {}", name, hint));
}

int Run(std::span<const char* const> words) {
  if (words.empty()) {
    std::fputs(Overview().c_str(), stderr);
    return kUsage;
  }
  std::string_view name = words[0];
  if (name == "help" || name == "--help" || name == "-h") return Print(Overview());
  const Command* command = name == "--version" ? &kVersionCommand : FindCommand(name);
  if (command == nullptr) return UnknownCommand(name);
  absl::StatusOr<Args> args = Args::Parse(*command, words.subspan(1));
  if (!args.ok()) return Fail(kUsage, fmt::format("{}: {}", name, StatusText(args.status())));
  if (args->wants_help()) return Print(HelpText(*command));
  return command->run(*args);
}

}  // namespace
}  // namespace cartwheel::cli

int main(int count, char** words) {
  try {
    std::vector<const char*> all(words + 1, words + (count > 0 ? count : 1));
    return cartwheel::cli::Run(all);
  } catch (const std::exception& error) {
    return cartwheel::cli::Fail(cartwheel::cli::kFailed, error.what());
  }
}
