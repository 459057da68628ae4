// The access log in the file.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "store/access_store.h"
#include "store/sqlite/connection.h"

namespace cartwheel {

// One transaction.
[[nodiscard]] absl::Status AddAccess(Connection& connection, const AccessRow& row);
[[nodiscard]] absl::StatusOr<std::vector<AccessRow>> ListAccesses(Connection& connection, AccessId after_id,
                                                                  const std::string& subject, size_t limit);

}  // namespace cartwheel
