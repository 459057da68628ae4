// What the fold reads of customers: the rows that identity keys lead to, and the rows themselves. Point look-ups
// by one prepared statement each; SQLite answers about half a million a second from its cache.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "core/model/ids.h"
#include "store/sqlite/connection.h"

namespace cartwheel {

// These run inside the caller's transaction.
[[nodiscard]] absl::StatusOr<std::vector<CustomerRow>> ResolveKeys(Connection& connection,
                                                                   absl::Span<const std::string> keys);
// What stands in `customer`, which may not be the newest (redo.h). "" where there is none.
[[nodiscard]] absl::StatusOr<std::vector<std::string>> LoadCustomers(Connection& connection,
                                                                     absl::Span<const CustomerRow> rows);

}  // namespace cartwheel
