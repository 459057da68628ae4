// The claims of which messages are out, a row each (blocks.h): so leases are found without a look at the messages.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "store/sqlite/block_table.h"
#include "store/sqlite/connection.h"

namespace cartwheel {

struct ClaimKey {
  int64_t lease_boot = 0;
  int64_t lease_end_ms = 0;
  int64_t token = 0;
  auto operator<=>(const ClaimKey&) const = default;
};
ClaimKey ClaimOf(const StateOfMessage& state);

// What one transaction changes of claims.
class ClaimChanges {
 public:
  // A message of this block went from one state to another; a new message is as if it had ended before.
  void Note(const StateOfMessage* before, const StateOfMessage& now, MessageId block);
  [[nodiscard]] absl::Status Write(Connection& connection);

 private:
  struct Change {
    int64_t open = 0;
    std::vector<MessageId> blocks;
  };
  std::map<ClaimKey, Change> changes_;
};

struct ClaimRow {
  ClaimKey key;
  int64_t open = 0;               // messages that are out
  std::vector<MessageId> blocks;  // where they are; also some where none is any more
};

// Calls `each` with claims until it returns false: those whose lease has lapsed at `now`, or all.
[[nodiscard]] absl::Status EachClaim(Connection& connection, const std::optional<LeaseTime>& lapsed_at,
                                     absl::FunctionRef<absl::StatusOr<bool>(const ClaimRow&)> each);
// The end of the earliest lease: of those that are of another boot than the latest claim's, if there are any.
[[nodiscard]] absl::StatusOr<std::optional<LeaseTime>> ReadNextLapse(Connection& connection);

}  // namespace cartwheel
