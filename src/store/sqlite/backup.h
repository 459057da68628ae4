// Copies of a whole database, and whether one is whole.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "store/sqlite/connection.h"

namespace cartwheel {

// Into a file that is not there yet, which appears when it is complete and flushed. One state of the database, read in
// one go: writers go on meanwhile, and their WAL grows. `source` is in no transaction.
[[nodiscard]] absl::Status CopyDatabase(Connection& source, const std::string& path);
// Inside the caller's transaction; reads every page of any file of SQLite. Empty: nothing is damaged.
[[nodiscard]] absl::StatusOr<std::string> ReadPageDamage(Connection& connection);
// The same of a database, also of its blocks.
[[nodiscard]] absl::StatusOr<std::string> ReadDamage(Connection& connection);

}  // namespace cartwheel
