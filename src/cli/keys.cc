// `cartwheel keys`: copies FILE.keys of a database that is sealed at rest, and exchanges the shop's key for another
// one.
#include <cstdlib>
#include <filesystem>
#include <string>

#include "base/status.h"
#include "cli/args.h"
#include "cli/output.h"
#include "cli/session.h"
#include "fmt/format.h"
#include "store/sealed/key_file.h"
#include "store/sealed/sealed_store.h"

namespace cartwheel::cli {
namespace {

constexpr char kNewKey[] = "CARTWHEEL_SEAL_KEY_NEW";

constexpr OptionSpec kKeysOptions[] = {
    {"--db", "FILE", "the database", true},
    {"--to", "FILE", "of copy: the copy; must not be there yet"},
};

// What stands beside a file that is not there would be taken for its log of changes.
void RemoveChangesOf(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::exists(path, ignored)) return;
  for (const char* suffix : {"-wal", "-shm"}) std::filesystem::remove(path + suffix, ignored);
}

int CopyKeys(const std::string& database, const std::string& to) {
  if (to.empty()) return Fail(kUsage, "keys copy: expected --to FILE");
  RemoveChangesOf(to);
  if (absl::Status status = KeyFile::Copy(KeyFilePath(database), to); !status.ok()) return Fail(status);
  std::error_code missing;
  return Print(fmt::format("{}: {}\n", to, Size(static_cast<int64_t>(std::filesystem::file_size(to, missing)))));
}

int RotateKey(const std::string& database) {
  const char* given = std::getenv(kNewKey);
  if (given == nullptr || *given == '\0')
    return Fail(kUsage, fmt::format("keys rotate: expected the new key in {}: cartwheel token new makes one", kNewKey));
  const std::string key = given;
  if (absl::Status status = ReadSealKey(key).status(); !status.ok())
    return Fail(kUsage, fmt::format("{}: {}", kNewKey, StatusText(status)));
  absl::StatusOr<std::unique_ptr<Engine>> engine = OpenExisting(database);
  if (engine.ok()) {
    if (absl::Status status = (*engine)->impl().store().RotateSealKey(key); !status.ok()) return Fail(status);
  } else {
    // One that was broken off after FILE.keys was written is finished by an opening with the new key.
    Options options;
    options.seal_key = key;
    if (!OpenExisting(database, options).ok()) return Fail(engine.status());
  }
  return Print(
      fmt::format("{} is sealed with the new key: set CARTWHEEL_SEAL_KEY (seal_key) of every process to it, "
                  "start them anew, and copy {}\n",
                  database, KeyFilePath(database)));
}

int RunKeys(const Args& args) {
  const std::string& action = args.operand(0);
  if (action == "copy") return CopyKeys(args.Get("--db"), args.Get("--to"));
  if (action == "rotate") return RotateKey(args.Get("--db"));
  return Fail(kUsage, fmt::format("keys: \"{}\" is no action, expected copy or rotate", action));
}

}  // namespace

const Command kKeysCommand = {
    "keys",
    "ACTION",
    "copies FILE.keys of a sealed database, or exchanges the shop's key",
    "ACTION is copy or rotate.\n"
    "copy makes a copy of FILE.keys, one state of it, while others work. It needs no key. Put back, it is FILE.keys\n"
    "itself: copy it to that name, while nothing has the database open.\n"
    "rotate seals every customer's key with the key of CARTWHEEL_SEAL_KEY_NEW in the place of that of\n"
    "CARTWHEEL_SEAL_KEY, all or none. Processes that are running are to be started anew with the new key: they say so\n"
    "when they need a customer's key that they do not hold. Called again after it was broken off, it ends what it "
    "began.",
    {"cartwheel keys copy --db shop.db --to shop.keys-2026-11-27", "cartwheel keys rotate --db shop.db"},
    kKeysOptions,
    RunKeys,
};

}  // namespace cartwheel::cli
