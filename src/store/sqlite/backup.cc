#include "store/sqlite/backup.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/new_file.h"
#include "base/status.h"
#include "fmt/format.h"
#include "store/sqlite/block_check.h"

namespace cartwheel {
namespace {

constexpr char kCheck[] = "PRAGMA integrity_check(10)";
constexpr char kPartial[] = ".partial";

struct CloseHandle {
  void operator()(sqlite3* handle) const { sqlite3_close(handle); }
};

}  // namespace

absl::Status CopyDatabase(Connection& source, const std::string& path) {
  const std::string partial = path + kPartial;
  std::error_code failed;
  if (std::filesystem::exists(path, failed))
    return absl::AlreadyExistsError(fmt::format("{} is there already, a backup is a new file", path));
  std::filesystem::remove(partial, failed);  // of one that was broken off
  {
    const int file = OpenNewFile(partial, O_RDWR, AccessOf(source.path()));  // as private as the database
    if (file < 0)
      return absl::FailedPreconditionError(fmt::format("{} cannot be written ({})", partial, std::strerror(errno)));
    close(file);
    sqlite3* opened = nullptr;
    const int code = sqlite3_open_v2(partial.c_str(), &opened, SQLITE_OPEN_READWRITE, nullptr);
    std::unique_ptr<sqlite3, CloseHandle> target(opened);
    if (code != SQLITE_OK)
      return absl::FailedPreconditionError(fmt::format("{} cannot be written ({})", partial, sqlite3_errstr(code)));
    RETURN_IF_ERROR(source.CopyTo(target.get()));
  }
  std::filesystem::rename(partial, path, failed);
  if (failed) return absl::FailedPreconditionError(fmt::format("{} cannot be made ({})", path, failed.message()));
  return absl::OkStatus();
}

absl::StatusOr<std::string> ReadPageDamage(Connection& connection) {
  ASSIGN_OR_RETURN(Statement check, connection.Prepare(kCheck));
  std::string damage;
  ASSIGN_OR_RETURN(bool found, check.First());
  while (found) {
    if (std::string line = check.Bytes(0); line != "ok") damage += (damage.empty() ? "" : "; ") + line;
    ASSIGN_OR_RETURN(found, check.Step());
  }
  return damage;
}

absl::StatusOr<std::string> ReadDamage(Connection& connection) {
  ASSIGN_OR_RETURN(std::string damage, ReadPageDamage(connection));
  if (!damage.empty()) return damage;
  return FindBlockDamage(connection);
}

}  // namespace cartwheel
