// Claims and settles: a change of the outbox, and when there will next be something to do.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "absl/status/statusor.h"
#include "store/outbox_store.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/write_back.h"

namespace cartwheel {

// What a change of the outbox uses of its store, which outlives it.
struct OutboxAccess {
  Connection* connection;
  const WriteBack* write_back;
  int wal_pages_max;  // with more the WAL is moved into the file
  int64_t place;      // where this store is
  std::function<absl::Status()> flush;
};
// Takes the connection's mutex, and holds it until the change has ended.
[[nodiscard]] absl::StatusOr<std::unique_ptr<OutboxChange>> BeginOutboxChange(OutboxAccess access,
                                                                              const OutboxPlan& plan);

// These run inside the caller's transaction.
[[nodiscard]] absl::StatusOr<int64_t> ReadBusiestTally(Connection& connection, const std::string& channel,
                                                       int64_t from_slot, int64_t before_slot);
[[nodiscard]] absl::StatusOr<std::optional<int64_t>> ReadNextReady(Connection& connection);

}  // namespace cartwheel
