// The log: numbered rows of events, appended at the end and dropped at the beginning. Functions run inside the caller's
// transaction unless they say otherwise.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "store/sqlite/connection.h"
#include "store/store.h"

namespace cartwheel {

[[nodiscard]] absl::StatusOr<LogHead> ReadHead(Connection& connection);
[[nodiscard]] absl::StatusOr<std::vector<LogRow>> ReadLogRows(Connection& connection, Position after, Position until,
                                                              int64_t events_max);
// The rows after the event `after` that end at `until` or before.
[[nodiscard]] absl::StatusOr<std::vector<LogRow>> ReadTail(Connection& connection, Position after, Position until);
// The rows after the event `after` that erase a customer, oldest first.
[[nodiscard]] absl::StatusOr<std::vector<LogRow>> ReadErasing(Connection& connection, Position after, size_t limit);

[[nodiscard]] absl::StatusOr<Position> InsertLogRow(Connection& connection, const LogRow& row, const LogHead& head);
// One transaction; refuses when the unfolded part would grow beyond `log_bytes_max` (0: no limit).
[[nodiscard]] absl::StatusOr<Position> AppendLogRow(Connection& connection, const LogRow& row, int64_t log_bytes_max);

// Removes folded rows that are `keep_ms` older than the newest one, from the oldest on and a bounded number of them.
[[nodiscard]] absl::Status DropOldLogRows(Connection& connection, Position cursor, int64_t keep_ms);
// bytes_end of the newest row that is folded to its end; `otherwise` when there is none.
[[nodiscard]] absl::StatusOr<int64_t> FoldedBytes(Connection& connection, Position cursor, int64_t otherwise);

}  // namespace cartwheel
