// The promises to look at customers (Store's AlarmEntry). A fold files those of one hour as one row: they are read and
// dropped by the hour, and a row each would be a page of a tree for every few of them.
#pragma once

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "store/sqlite/connection.h"
#include "store/store.h"

namespace cartwheel {

// These run inside the caller's transaction. `alarms` in the order of their hours and customers.
[[nodiscard]] absl::Status FileAlarms(Connection& connection, const std::vector<AlarmEntry*>& alarms);
[[nodiscard]] absl::Status DropAlarms(Connection& connection, int64_t before_hour);
[[nodiscard]] absl::Status ReadAlarms(Connection& connection, int64_t from_hour, int64_t before_hour, EachAlarm each);
[[nodiscard]] absl::StatusOr<std::optional<int64_t>> ReadFirstAlarm(Connection& connection, int64_t from_hour);

}  // namespace cartwheel
