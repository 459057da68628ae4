// What commands need to work on a database: open it, load a playbook, put channels under the names that the playbook
// uses.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/read_file.h"
#include "cartwheel/dispatcher.h"
#include "cli/args.h"
#include "engine/engine_impl.h"

namespace cartwheel::cli {

// For commands that may make a database: its permissions.
inline constexpr size_t kCustomersAtATime = 1000;  // rows of one read of all customers
inline constexpr size_t kAppendMax = 10'000;       // events of one row of the log
inline constexpr size_t kErrorsShownMax = 20;      // of one file
inline constexpr size_t kDecisionsMax = 10'000;    // of one customer

inline constexpr OptionSpec kFileModeOption = {
    "--file-mode", "MODE",
    "permissions of a database that is made: 600 (the default), or 660 to share it with its folder's group"};
absl::StatusOr<int> FileModeOf(const Args& args);
// Returns Options::token_key as CARTWHEEL_TOKEN_KEY says it; a key on the command line would be seen by every user.
std::string TokenKeyOfEnvironment();
// Returns Options::seal_key as CARTWHEEL_SEAL_KEY says it. What opens a database here takes it from there by itself.
std::string SealKeyOfEnvironment();

// Engine::Open, with the type that commands need. CARTWHEEL_DEPLOYMENT is the option `deployment`.
absl::StatusOr<std::unique_ptr<Engine>> OpenEngine(const std::string& path, const Options& options);
// The same for commands that only read: a file that is not there is an error, and not made.
absl::StatusOr<std::unique_ptr<Engine>> OpenExisting(const std::string& path, const Options& options = {});
// Notes (to standard error) whatever the engine notes. Errors name the path, one line each.
absl::StatusOr<LoadResult> LoadFile(Engine& engine, const std::string& path);

// Whether it is a call of a journey to a system of the shop, and no message to a person.
bool IsCall(const Message& message);

// The names that the playbook in force uses in `via`, each once. Empty when none was loaded.
absl::StatusOr<std::vector<std::string>> ChannelNames(Engine& engine);
// "file:PATH" puts every message into that file, "" keeps none: it goes to a memory channel, and to `sent` where that
// is not null. A file that is made is as private as the database.
absl::Status AddChannels(const std::vector<std::string>& names, const std::string& deliver, const std::string& database,
                         std::vector<Message>* sent, Dispatcher* dispatcher);
// InvalidArgument unless it is empty or "file:PATH".
absl::Status CheckDeliver(const std::string& deliver);

}  // namespace cartwheel::cli
