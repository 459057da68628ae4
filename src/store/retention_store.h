// What is dropped because it is old. Each table that only grows is dropped from its old end.
#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/status/statusor.h"
#include "core/model/ids.h"

namespace cartwheel {

// Spans, counted back from the ingest of the newest event; 0: for good.
struct KeepSpans {
  int64_t messages_ms = 0;  // that have ended
  int64_t decisions_ms = 0;
  int64_t findings_ms = 0;  // refused events and warnings
  int64_t consents_ms = 0;  // of customers who were erased
  int64_t accesses_ms = 0;
  bool any() const { return messages_ms + decisions_ms + findings_ms + consents_ms + accesses_ms != 0; }
};

class RetentionStore {
 public:
  virtual ~RetentionStore() = default;

  // Drops what is older than its span, at most `limit` rows of each table, in one transaction. True: there may be more.
  // Aborted "lease_lost" when the epoch is no longer the stored one.
  [[nodiscard]] virtual absl::StatusOr<bool> DropOld(Epoch epoch, const KeepSpans& keep, size_t limit) = 0;
};

}  // namespace cartwheel
