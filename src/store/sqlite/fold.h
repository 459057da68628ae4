// The fold's side of the store: its lease, the customers it loads, and the one transaction that changes all of it.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/write_back.h"
#include "store/store.h"

namespace cartwheel {

// Each is one transaction. CommitFold takes what it can use out of `write`.
absl::StatusOr<FoldState> TakeFoldLease(Connection& connection, uint64_t holder, const LeaseTime& now,
                                        const LeaseTime& end);
absl::Status ReleaseFoldLease(Connection& connection, int64_t epoch);
absl::Status MarkFoldRestored(Connection& connection, int64_t now_ms);
// Whether the file is open, or was left, under a clock that is set by hand.
absl::StatusOr<bool> ReadManualClock(Connection& connection);
absl::Status MarkManualClock(Connection& connection, bool manual);
absl::Status CommitFold(Connection& connection, FoldWrite& write, int64_t log_keep_ms, WriteBack& write_back);

// These run inside the caller's transaction.
absl::StatusOr<std::vector<int64_t>> ResolveKeys(Connection& connection, absl::Span<const std::string> keys);
absl::StatusOr<int64_t> ReadEpoch(Connection& connection);
// What stands in `customer`, which may not be the newest (redo.h). "" where there is none.
absl::StatusOr<std::vector<std::string>> LoadCustomers(Connection& connection, absl::Span<const int64_t> rows);

}  // namespace cartwheel
