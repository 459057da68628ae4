// Message bodies, those of one fold as one compressed row. A body is written once and read when its
// message is handed out, settled or shown; what changes (messages.h) stays small beside it.
//
// Invariant: messages are numbered in the order of folds, so a body is in the last row that begins at or before its
// message's id.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "store/sqlite/connection.h"
#include "store/store.h"

namespace cartwheel {

[[nodiscard]] absl::Status InsertMessageBodies(Connection& connection, const std::vector<MessageRow>& messages);

// Writes other bodies in the place of those that these messages have, in the order of their ids.
[[nodiscard]] absl::Status ReplaceMessageBodies(Connection& connection,
                                                const std::vector<SweepWrite::Replaced<MessageId>>& bodies);

// Keeps the latest row open: messages come in the order of their ids more often than not.
class BodyReader {
 public:
  explicit BodyReader(Connection& connection) : connection_(connection) {}
  [[nodiscard]] absl::StatusOr<std::string_view> Read(MessageId message);  // valid until the next Read

 private:
  [[nodiscard]] absl::Status Open(MessageId message);

  Connection& connection_;
  std::string data_;
  absl::flat_hash_map<MessageId, std::string_view> bodies_;
};

}  // namespace cartwheel
