#include "base/new_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace cartwheel {
namespace {

constexpr mode_t kPermissionBits = 0777;

}  // namespace

FileAccess AccessOf(const std::string& path) {
  struct stat about {};
  if (stat(path.c_str(), &about) != 0) return {};
  return {about.st_mode & kPermissionBits, about.st_gid};
}

int OpenNewFile(const std::string& path, int flags, const FileAccess& access) {
  const int file = open(path.c_str(), flags | O_CREAT | O_EXCL | O_CLOEXEC, access.mode & 0600);
  if (file < 0) return file;
  // Sets the group first: until the mode is set, only the owner has access.
  if (access.group != static_cast<gid_t>(-1) && fchown(file, static_cast<uid_t>(-1), access.group) != 0) {
    // Not a member of that group. The file works for its owner; who may not open it is told why.
  }
  if (fchmod(file, access.mode) == 0) return file;
  const int error = errno;
  close(file);
  unlink(path.c_str());
  errno = error;
  return -1;
}

}  // namespace cartwheel
