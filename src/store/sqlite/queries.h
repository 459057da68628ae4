// What only Query and Load ask: definitions, lists and counts. Functions run inside the caller's transaction.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "store/sqlite/connection.h"
#include "store/store.h"

namespace cartwheel {

absl::Status InsertDefinition(Connection& connection, int64_t revision, const std::string& content, int64_t now_ms);
absl::StatusOr<std::optional<std::string>> ReadDefinition(Connection& connection, int64_t revision);
absl::StatusOr<int64_t> ReadLatestRevision(Connection& connection);
absl::StatusOr<std::vector<int64_t>> ReadRevisions(Connection& connection);

absl::StatusOr<std::vector<MessageRow>> ListMessageRows(Connection& connection, const MessageFilter& filter);
absl::StatusOr<std::optional<DecisionRow>> ReadDecision(Connection& connection, int64_t id);
absl::StatusOr<std::vector<RefusedRow>> ListRefused(Connection& connection, size_t limit);
absl::StatusOr<std::vector<WarningRow>> ListWarnings(Connection& connection, size_t limit);
absl::StatusOr<std::vector<CounterRow>> ListCounters(Connection& connection);
absl::StatusOr<StoreStatus> ReadStoreStatus(Connection& connection);  // but for the bytes of the files
absl::StatusOr<HashKey> ReadHashKey(Connection& connection);

}  // namespace cartwheel
