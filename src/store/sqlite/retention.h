// What is dropped of the file because it is old.
#pragma once

#include "absl/status/statusor.h"
#include "store/retention_store.h"
#include "store/sqlite/connection.h"

namespace cartwheel {

// Inside the caller's transaction.
[[nodiscard]] absl::StatusOr<bool> DropOldRows(Connection& connection, const KeepSpans& keep, size_t limit);

}  // namespace cartwheel
