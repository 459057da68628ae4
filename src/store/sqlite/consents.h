// The table of the consent ledger.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "store/sqlite/connection.h"
#include "store/store.h"

namespace cartwheel {

[[nodiscard]] absl::Status WriteConsents(Connection& connection, const FoldWrite& write);
[[nodiscard]] absl::StatusOr<std::vector<ConsentRow>> ListConsents(Connection& connection, CustomerRow customer,
                                                                   ConsentId after_id, size_t limit);

}  // namespace cartwheel
