// Whether the rows of the outbox say the same of its messages (the invariants of blocks.h). SQLite's own check sees no
// further than the pages.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "store/sqlite/connection.h"

namespace cartwheel {

// Inside the caller's transaction; reads every block. Empty: nothing is damaged.
[[nodiscard]] absl::StatusOr<std::string> FindBlockDamage(Connection& connection);

}  // namespace cartwheel
