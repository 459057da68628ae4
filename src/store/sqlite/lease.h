// The fold lease: one row, compared and set by its epoch. Every new holder, and every release, makes a new epoch, so
// that a worker that still remembers an old one changes nothing any more.
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "store/sqlite/connection.h"
#include "store/store.h"

namespace cartwheel {

// Each is one transaction.
[[nodiscard]] absl::StatusOr<FoldState> TakeFoldLease(Connection& connection, uint64_t holder, const LeaseTime& now,
                                                      const LeaseTime& end);
[[nodiscard]] absl::Status ReleaseFoldLease(Connection& connection, Epoch epoch);
[[nodiscard]] absl::Status MarkFoldRestored(Connection& connection, int64_t now_ms);
// Whether the file is open, or was left, under a clock that is set by hand.
[[nodiscard]] absl::StatusOr<bool> ReadManualClock(Connection& connection);
[[nodiscard]] absl::Status MarkManualClock(Connection& connection, bool manual);

// Runs inside the caller's transaction.
[[nodiscard]] absl::StatusOr<Epoch> ReadEpoch(Connection& connection);

}  // namespace cartwheel
