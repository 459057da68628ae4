// The log of events, as a role of the store: appended to by any number of processes, read by the fold, claims and
// queries.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "core/model/ids.h"

namespace cartwheel {

// One ingested batch. The events of the log are numbered from 1 without gaps; a row holds `count` of them, the last of
// which is `last`. `data` is opaque here (EventBatch bytes, compressed).
struct LogRow {
  Position last;
  int64_t count = 0;
  int64_t ingested_at_ms = 0;
  std::string data;
  bool erases = false;  // a customer, by one of its events
  bool reseal = false;  // of a sealed database: something of it is sealed under a key that an erasure is to destroy
  std::optional<ErasureId> erased_to;  // the same: it is appended while no erasure after this one is filed
  Position first() const { return last - count + 1; }
};

struct LogHead {
  Position last;          // number of the newest event; 0: empty
  int64_t bytes_end = 0;  // bytes of `data` ever appended
};

class LogStore {
 public:
  virtual ~LogStore() = default;

  // Appends events; durable on return as the options say. `last` is ignored. Returns the number of the last one.
  // Aborted: an erasure after `erased_to` is filed.
  [[nodiscard]] virtual absl::StatusOr<Position> Append(const LogRow& row) = 0;
  [[nodiscard]] virtual absl::StatusOr<LogHead> Head() = 0;
  // Returns rows that hold events after `after` and up to `until`, oldest first, at least one (if there is any) and
  // then as long as the sum of their counts stays within `events_max`.
  [[nodiscard]] virtual absl::StatusOr<std::vector<LogRow>> ReadLog(Position after, Position until,
                                                                    int64_t events_max) = 0;
  // Whether it wants the rows that it is given uncompressed (base/compress.h), because it changes them first.
  virtual bool wants_plain_rows() const { return false; }
};

}  // namespace cartwheel
