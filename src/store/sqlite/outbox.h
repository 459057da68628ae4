// Claims and settles: the outbox's read-modify-write, and when there will next be something to do. UpdateOutbox is one
// transaction, and answers whether it wrote anything; the others run inside the caller's.
#pragma once

#include <optional>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/write_back.h"
#include "store/store.h"

namespace cartwheel {

absl::StatusOr<bool> UpdateOutboxRows(Connection& connection, const WriteBack& write_back, const OutboxQuery& query,
                                      Decide decide);
absl::StatusOr<std::optional<int64_t>> ReadNextReady(Connection& connection);
absl::StatusOr<std::optional<LeaseTime>> ReadNextLapse(Connection& connection);

}  // namespace cartwheel
