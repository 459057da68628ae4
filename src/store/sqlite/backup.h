// Copies of a whole database, and whether one is whole.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "store/sqlite/connection.h"

namespace cartwheel {

// Into a file that is not there yet, which appears when it is complete and flushed. One state of the database, read in
// one go: writers go on meanwhile, and their WAL grows. `source` is in no transaction.
[[nodiscard]] absl::Status CopyDatabase(Connection& source, const std::string& path);
// Inside the caller's transaction; reads every page. Empty: nothing is damaged.
[[nodiscard]] absl::StatusOr<std::string> ReadDamage(Connection& connection);

}  // namespace cartwheel
