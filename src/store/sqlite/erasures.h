// The erasures in the file, and the slices of the sweep that removes their bytes.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "store/sqlite/connection.h"
#include "store/store.h"

namespace cartwheel {

// Inside the caller's transaction.
[[nodiscard]] absl::Status FileErasures(Connection& connection, const std::vector<ErasureRow>& erasures);
[[nodiscard]] absl::StatusOr<bool> AnyErasure(Connection& connection);
[[nodiscard]] absl::StatusOr<ErasureId> ReadNewestErasure(Connection& connection);  // 0: there is none
[[nodiscard]] absl::StatusOr<std::vector<ErasureRow>> ListErasures(Connection& connection, ErasureId after_id,
                                                                   bool pending, size_t limit);
[[nodiscard]] absl::StatusOr<std::vector<MessageOwner>> ListOwners(Connection& connection, MessageId after,
                                                                   size_t limit);
struct PendingErasures {
  int64_t count = 0;
  int64_t oldest_at_ms = 0;  // 0: none
};
[[nodiscard]] absl::StatusOr<PendingErasures> CountPending(Connection& connection);

// One transaction.
[[nodiscard]] absl::Status CommitSweepSlice(Connection& connection, const SweepWrite& write);

}  // namespace cartwheel
