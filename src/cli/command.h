// The commands of `cartwheel`, as a table: what each is called, what it takes, what it does. One file a command;
// main.cc lists them.
#pragma once

#include <initializer_list>
#include <span>
#include <string_view>

namespace cartwheel::cli {

// What a command returns, and the process with it.
enum ExitCode : int {
  kOk = 0,
  kFailed = 1,  // the command's own failure: a playbook with errors, a file that is not there, a broken database
  kUsage = 2,   // the command line is wrong
  kBusy = 3,    // the database is locked, or another process folds it
};

struct OptionSpec {
  std::string_view name;   // "--db"
  std::string_view value;  // how the help calls its value; empty: a flag
  std::string_view help;
  bool required = false;
};

class Args;

struct Command {
  std::string_view name;
  std::string_view operands;  // names in order, separated by one space: "PLAYBOOK EVENTS"; all are required but [ONES]
  std::string_view summary;   // one line
  std::string_view details;   // further lines of the help; may be empty
  std::initializer_list<std::string_view> examples;
  std::span<const OptionSpec> options;
  int (*run)(const Args& args);
};

extern const Command kReplayCommand;
extern const Command kSimulateCommand;
extern const Command kCheckCommand;
extern const Command kCheckFormatCommand;
extern const Command kWorkerCommand;
extern const Command kChannelsCommand;
extern const Command kSendCommand;
extern const Command kBounceCommand;
extern const Command kIngestCommand;
extern const Command kReceiptsCommand;
extern const Command kAudienceCommand;
extern const Command kWhyCommand;
extern const Command kReportCommand;
extern const Command kHoldCommand;
extern const Command kConsentCommand;
extern const Command kAuditCommand;
extern const Command kSuppressCommand;
extern const Command kQueryCommand;
extern const Command kTokenCommand;
extern const Command kKeysCommand;
extern const Command kTopCommand;
extern const Command kDoctorCommand;
extern const Command kBackupCommand;
extern const Command kRestoreCommand;
extern const Command kAdoptCommand;
extern const Command kEvalCommand;
extern const Command kRenderCommand;
extern const Command kPreviewCommand;
extern const Command kVapidCommand;
extern const Command kGraphCommand;
extern const Command kDiffCommand;
extern const Command kWhatIfCommand;
extern const Command kVersionCommand;

}  // namespace cartwheel::cli
