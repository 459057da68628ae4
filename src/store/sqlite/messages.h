// Messages of the outbox by their ids: made, found, changed. How they lie in the file is in blocks.h.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "store/sqlite/block_table.h"
#include "store/sqlite/connection.h"
#include "store/store.h"

namespace cartwheel {

// In the order of their ids, which are greater than all before.
[[nodiscard]] absl::Status InsertMessages(Connection& connection, const std::vector<MessageRow>& messages);

// Those that exist, in the order of `ids`.
[[nodiscard]] absl::StatusOr<std::vector<MessageRow>> FindMessages(Blocks& blocks, absl::Span<const MessageId> ids);
[[nodiscard]] absl::StatusOr<std::vector<MessageRow>> FindMessages(Connection& connection,
                                                                   absl::Span<const MessageId> ids);
[[nodiscard]] absl::StatusOr<std::vector<MessageRow>> ListMessageRows(Connection& connection,
                                                                      const MessageFilter& filter);

// Writes the changeable half of each.
[[nodiscard]] absl::Status UpdateMessages(Blocks& blocks, const std::vector<MessageRow>& messages);
[[nodiscard]] absl::Status RevokeMessages(Blocks& blocks, const std::vector<Revocation>& revocations);
[[nodiscard]] absl::Status MoveMessages(Blocks& blocks, const std::vector<FoldWrite::Move>& moves);
// Writes other bodies in the place of those that these messages have, and empties the words of their reasons.
[[nodiscard]] absl::Status ReplaceBodies(Blocks& blocks, const std::vector<SweepWrite::Replaced<MessageId>>& bodies);

// Drops messages that have ended and were made before an instant, `limit` of them at most, up to the first that is to
// stay. True: there may be more.
[[nodiscard]] absl::StatusOr<bool> DropOldMessages(Connection& connection, int64_t before_ms, size_t limit);

}  // namespace cartwheel
