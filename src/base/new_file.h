// Files that hold what customers must not share with the rest of a machine: created with exactly the mode that was
// asked for, whatever the umask, and never opened wider in between. Nothing here changes a file that was there before.
#pragma once

#include <sys/types.h>

#include <string>

namespace cartwheel {

// Who may read and write a file: its permission bits and its group.
struct FileAccess {
  mode_t mode = 0600;
  gid_t group = static_cast<gid_t>(-1);  // -1: the system's choice
};

// The access of the file at `path`; the defaults when it cannot be looked at.
FileAccess AccessOf(const std::string& path);

// Creates and opens a file that is not there yet (EEXIST otherwise). `flags` are open's, without O_CREAT and O_EXCL.
// The group is given where the system lets this process give it. -1 and errno on an error.
[[nodiscard]] int OpenNewFile(const std::string& path, int flags, const FileAccess& access);

}  // namespace cartwheel
