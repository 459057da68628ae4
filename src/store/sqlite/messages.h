// A MessageRow as columns, for every statement that reads or writes whole ones; its body is in another table
// (message_bodies.h).
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "store/sqlite/connection.h"
#include "store/store.h"

namespace cartwheel {

// What follows SELECT in a statement that ReadMessage reads.
#define CARTWHEEL_MESSAGE_COLUMNS                                                                                  \
  "id, customer, class, channel, purpose, medium, made_at, expires_at, state, not_before, attempts, "              \
  "token, first_handed, revoked, lease_boot, lease_end, settled_at, reason, fresh_until, uncertain, idempotency, " \
  "reason_detail, link"

// The rows of a bound statement, from the one it stands on (`found`) to its end.
[[nodiscard]] absl::StatusOr<std::vector<MessageRow>> ReadMessages(Connection& connection, Statement& statement,
                                                                   bool found);
// Those that exist, in the order of `ids`.
[[nodiscard]] absl::StatusOr<std::vector<MessageRow>> FindMessages(Connection& connection,
                                                                   absl::Span<const MessageId> ids);

[[nodiscard]] absl::Status InsertMessages(Connection& connection, const std::vector<MessageRow>& messages);
// The changeable half of each.
[[nodiscard]] absl::Status UpdateMessages(Connection& connection, const std::vector<MessageRow>& messages);

// The boots that leases count from are unsigned, SQLite's integers are not.
inline int64_t BootColumn(uint64_t boot) { return static_cast<int64_t>(boot); }

}  // namespace cartwheel
