// FILE.forgotten: erasures, withdrawals and what was said of addresses, kept beside the database so that one that is
// brought back from a copy brings back no person who was forgotten since, and no consent that was withdrawn. A line is
// on the disk before the event it is of is acknowledged.
//
// A line is a checksum and an event, as JSON, in which keyed hashes stand in the place of ids and addresses: the key is
// the database's, which its copies have too. Lines are only appended. A line that is not whole, of a power loss, was
// not acknowledged and is passed over.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "base/hash.h"
#include "core/model/event.h"
#include "store/store.h"

namespace cartwheel {

class Forgotten {
 public:
  // Of a database in memory nothing is kept.
  explicit Forgotten(const MaintenanceStore& store);

  // Appends what the batch forgets and flushes it. Most batches forget nothing, and touch no file.
  [[nodiscard]] absl::Status Keep(const EventBatch& batch, int64_t now_ms) const;

 private:
  const HashKey hash_key_;
  const std::string path_;  // empty: none
};

// Copies a database, and what it forgot, to `path` (AlreadyExists when it is there).
[[nodiscard]] absl::Status BackUp(Store& store, const std::string& path);

// What a database that was brought back from `copy` has to hear again: the events of the file beside `path` and of the
// one beside the copy that the copy is too old for. Writes both into one file beside `path`.
[[nodiscard]] absl::StatusOr<EventBatch> ReadForgotten(Store& store, const std::string& copy, const std::string& path,
                                                       int64_t now_ms);

}  // namespace cartwheel
