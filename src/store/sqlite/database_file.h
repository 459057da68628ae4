// The file of a database as the system sees it: made private, shared with a group where the host asks for it, and, when
// it cannot be opened, explained.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "base/new_file.h"

namespace cartwheel {

// The values of file_mode: each reader of a database also writes beside it, so a class of users has read and write or
// nothing.
[[nodiscard]] absl::Status CheckFileMode(int mode);

// Makes an empty file at `path` with exactly this mode, unless something is there: that keeps its mode. With a mode for
// the group, the file gets its folder's group. FailedPrecondition says why no file can be made there. Connections of
// this process may open the path at the same time.
[[nodiscard]] absl::Status CreateDatabaseFile(const std::string& path, int mode);
// The same with this access.
[[nodiscard]] absl::Status CreateDatabaseFile(const std::string& path, const FileAccess& access);

// Before SQLite opens the WAL `wal_path`: makes it and its shared memory with the database's group, when this process
// makes files with another. SQLite itself gives them the database's mode.
void ShareWalFiles(const std::string& wal_path);

// Why `path`, which SQLite refuses, cannot be opened for reading and writing: whose it is, who this process is, and
// what to do. Empty when the system would allow it.
std::string WhyRefused(const std::string& path);

}  // namespace cartwheel
