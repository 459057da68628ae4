// What only Query and Load ask: definitions, lists and counts. Functions run inside the caller's transaction.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "store/sqlite/connection.h"
#include "store/store.h"

namespace cartwheel {

[[nodiscard]] absl::Status InsertDefinition(Connection& connection, Revision revision, const std::string& content,
                                            int64_t now_ms);
[[nodiscard]] absl::StatusOr<std::optional<std::string>> ReadDefinition(Connection& connection, Revision revision);
[[nodiscard]] absl::StatusOr<Revision> ReadLatestRevision(Connection& connection);
[[nodiscard]] absl::StatusOr<std::vector<Revision>> ReadRevisions(Connection& connection);

[[nodiscard]] absl::StatusOr<StoredHolds> ReadHolds(Connection& connection);
[[nodiscard]] absl::Status ReplaceHolds(Connection& connection, int64_t version, const std::string& data);

[[nodiscard]] absl::StatusOr<std::optional<DecisionRow>> ReadDecision(Connection& connection, DecisionId id);
[[nodiscard]] absl::StatusOr<std::vector<RefusedRow>> ListRefused(Connection& connection, size_t limit);
[[nodiscard]] absl::StatusOr<std::vector<WarningRow>> ListWarnings(Connection& connection, size_t limit);
[[nodiscard]] absl::StatusOr<std::vector<CounterRow>> ListCounters(Connection& connection);
[[nodiscard]] absl::StatusOr<StoreStatus> ReadStoreStatus(Connection& connection);  // but for the bytes of the files
[[nodiscard]] absl::StatusOr<HashKey> ReadHashKey(Connection& connection);
[[nodiscard]] absl::StatusOr<std::string> ReadSealMark(Connection& connection);
[[nodiscard]] absl::Status WriteSealMark(Connection& connection, const std::string& mark);

}  // namespace cartwheel
