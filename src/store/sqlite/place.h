// Where a database is at home: a copy of its file is not, and sends no advertisement before it is adopted. Two files
// that both believed to be the one would send everything twice.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "base/hash.h"
#include "store/sqlite/connection.h"
#include "store/store.h"

namespace cartwheel {

// A number of the deployment; without one of the machine and of the file, which a copy has another of. Never 0.
int64_t PlaceOf(const HashKey& key, const StoreOptions& options, uint64_t inode);

// Writes the place where none was written yet, in a transaction of its own; and writes it in that of the caller.
[[nodiscard]] absl::Status SettlePlace(Connection& connection, int64_t place);
[[nodiscard]] absl::Status MovePlace(Connection& connection, int64_t place);

// Runs inside the caller's transaction.
[[nodiscard]] absl::StatusOr<int64_t> ReadPlace(Connection& connection);

}  // namespace cartwheel
