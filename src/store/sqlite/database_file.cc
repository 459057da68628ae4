#include "store/sqlite/database_file.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iterator>

#include "absl/synchronization/mutex.h"
#include "base/new_file.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

constexpr int kFileModes[] = {0600, 0660, 0666};
constexpr mode_t kGroupBits = 0070;
constexpr size_t kNameBufferBytes = 4096;

std::string UserName(uid_t id) {
  char buffer[kNameBufferBytes];
  struct passwd entry {};
  struct passwd* found = nullptr;
  if (getpwuid_r(id, &entry, buffer, sizeof buffer, &found) != 0 || found == nullptr) return fmt::format("{}", id);
  return found->pw_name;
}

std::string GroupName(gid_t id) {
  char buffer[kNameBufferBytes];
  struct group entry {};
  struct group* found = nullptr;
  if (getgrgid_r(id, &entry, buffer, sizeof buffer, &found) != 0 || found == nullptr) return fmt::format("{}", id);
  return found->gr_name;
}

std::string FolderOf(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::absolute(path, ignored).parent_path().string();
}

bool Allowed(const std::string& path, int access) { return faccessat(AT_FDCWD, path.c_str(), access, AT_EACCESS) == 0; }

std::string Owner(const struct stat& about) {
  return fmt::format("of user {}, group {}, mode {:04o}", UserName(about.st_uid), GroupName(about.st_gid),
                     about.st_mode & 07777u);
}

// "this process is user www-data, group www-data; …", with the commands that share the file and its folder with this
// process's group.
std::string HowToShare(const std::string& path, const std::string& folder) {
  return fmt::format(
      "this process is user {}, group {}. To share it, the owner runs: chgrp {} '{}' '{}' && chmod 2770 '{}' && chmod "
      "660 '{}', and opens it with "
      "file_mode 0660",
      UserName(geteuid()), GroupName(getegid()), GroupName(getegid()), folder, path, folder, path);
}

std::string WhyFolderRefuses(const std::string& path, const std::string& folder) {
  struct stat about {};
  if (stat(folder.c_str(), &about) != 0)
    return errno == ENOENT ? fmt::format("{} cannot be made: the folder {} does not exist", path, folder)
                           : fmt::format("{} cannot be made: the folder {}: {}", path, folder, std::strerror(errno));
  if (!S_ISDIR(about.st_mode)) return fmt::format("{} cannot be made: {} is a file and no folder", path, folder);
  if (Allowed(folder, W_OK | X_OK)) return {};
  if (errno == EROFS) return fmt::format("{} lies on a read-only file system", path);
  return fmt::format(
      "{} needs a folder that can be written, for the files that SQLite puts beside it: {} is {}; this process is user "
      "{}, group {}",
      path, folder, Owner(about), UserName(geteuid()), GroupName(getegid()));
}

}  // namespace

absl::Status CheckFileMode(int mode) {
  if (std::find(std::begin(kFileModes), std::end(kFileModes), mode) != std::end(kFileModes)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      fmt::format("file_mode is {:04o}, expected 0600 (private), 0660 (shared with a group) or 0666", mode));
}

absl::Status CreateDatabaseFile(const std::string& path, int mode) {
  FileAccess access{.mode = static_cast<mode_t>(mode)};
  if ((access.mode & kGroupBits) != 0) access.group = AccessOf(FolderOf(path)).group;
  return CreateDatabaseFile(path, access);
}

absl::Status CreateDatabaseFile(const std::string& path, const FileAccess& access) {
  // One at a time: closing the new file would end the locks that another connection of this process has taken on it
  // meanwhile.
  static absl::Mutex mutex(absl::kConstInit);
  absl::MutexLock lock(&mutex);
  const int file = OpenNewFile(path, O_RDWR, access);
  if (file >= 0) {
    close(file);
    return absl::OkStatus();
  }
  if (errno == EEXIST) return absl::OkStatus();
  const int error = errno;
  if (std::string why = WhyRefused(path); !why.empty()) return absl::FailedPreconditionError(why);
  return absl::FailedPreconditionError(fmt::format("{} cannot be made: {}", path, std::strerror(error)));
}

void ShareWalFiles(const std::string& wal_path) {
  constexpr std::string_view kWal = "-wal", kShm = "-shm";
  if (!wal_path.ends_with(kWal)) return;
  const std::string path = wal_path.substr(0, wal_path.size() - kWal.size());
  struct stat about {};
  if (stat(path.c_str(), &about) != 0 || about.st_gid == getegid() || (about.st_mode & kGroupBits) == 0) return;
  for (std::string_view suffix : {kWal, kShm}) {
    // Made without opening it: closing a file of shared memory would end locks on it. Private until SQLite, which opens
    // it next, widens it.
    const std::string file = path + std::string(suffix);
    if (mknod(file.c_str(), S_IFREG | 0600, 0) != 0) continue;
    if (lchown(file.c_str(), static_cast<uid_t>(-1), about.st_gid) != 0) continue;  // not a member of that group
  }
}

std::string WhyRefused(const std::string& path) {
  const std::string folder = FolderOf(path);
  struct stat about {};
  if (lstat(path.c_str(), &about) == 0 && S_ISLNK(about.st_mode) && stat(path.c_str(), &about) != 0)
    return fmt::format("{} is a symbolic link to a file that does not exist", path);
  if (stat(path.c_str(), &about) != 0) {
    if (errno == EACCES) return fmt::format("{} cannot be reached: {}", path, WhyFolderRefuses(path, folder));
    return WhyFolderRefuses(path, folder);
  }
  if (S_ISDIR(about.st_mode)) return fmt::format("{} is a directory, expected a file", path);
  if (!S_ISREG(about.st_mode)) return fmt::format("{} is no regular file", path);
  if (!Allowed(path, R_OK))
    return fmt::format("{} is {}, and cannot be read: {}", path, Owner(about), HowToShare(path, folder));
  if (!Allowed(path, W_OK)) {
    if (errno == EROFS) return fmt::format("{} lies on a read-only file system", path);
    return fmt::format("{} is read-only, {}: {}", path, Owner(about), HowToShare(path, folder));
  }
  for (const char* suffix : {"-wal", "-shm"}) {
    const std::string beside = path + suffix;
    if (stat(beside.c_str(), &about) == 0 && !Allowed(beside, R_OK | W_OK))
      return fmt::format("{} is {}, and cannot be written: {}", beside, Owner(about), HowToShare(beside, folder));
  }
  return WhyFolderRefuses(path, folder);
}

}  // namespace cartwheel
