// What queries read. Nothing here changes anything; each call sees one consistent state.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "core/model/consent_row.h"
#include "core/model/effects.h"
#include "core/model/ids.h"
#include "core/model/message.h"
#include "store/log_store.h"
#include "store/rows.h"

namespace cartwheel {

struct MessageFilter {
  std::vector<MessageState> states;  // empty: all
  MessageId after_id;
  size_t limit = 100;
  uint64_t link = 0;  // only those with this `link`; 0: all
};

// How the store is, at one moment.
struct StoreStatus {
  Position cursor;
  std::string back_fill;  // as the last fold left it
  LogHead head;
  int64_t oldest_unfolded_at_ms = 0;   // when the first event after the cursor was ingested; 0: there is none
  int64_t newest_ingested_at_ms = 0;   // 0: the log is empty
  std::optional<LeaseTime> lease_end;  // of the worker that folds, which may have lapsed; absent: none does
  struct Channel {
    std::string name;
    int64_t waiting = 0;
    int64_t claimed = 0;
    int64_t oldest_ready_at_ms = 0;  // the earliest not_before_ms of what waits; 0: nothing does
  };
  bool copied = false;               // at home elsewhere (StoreOptions)
  int64_t erasures_pending = 0;      // whose bytes are not removed yet
  int64_t oldest_erasure_at_ms = 0;  // when the oldest of them was filed; 0: none is pending
  int64_t lost_customers = 0;        // of a sealed database: those met so far of whom a key is missing
  int64_t lost_events = 0;           // the same of events
  std::vector<Channel> channels;     // those with messages that wait or are claimed, by name
  int64_t database_bytes = 0;        // 0 here and below: in memory
  int64_t wal_bytes = 0;
  int64_t free_disk_bytes = 0;
};

class ReadStore {
 public:
  virtual ~ReadStore() = default;

  // These three are FoldStore's.
  [[nodiscard]] virtual absl::StatusOr<std::vector<CustomerRow>> Resolve(absl::Span<const std::string> keys) = 0;
  [[nodiscard]] virtual absl::StatusOr<std::vector<std::string>> Load(absl::Span<const CustomerRow> rows) = 0;
  [[nodiscard]] virtual absl::StatusOr<std::optional<int64_t>> FirstAlarm(int64_t from_hour) = 0;

  // Returns the customers after `after_row` in the order of their rows, at least one if there is any.
  [[nodiscard]] virtual absl::StatusOr<std::vector<StoredCustomer>> Customers(CustomerRow after_row, size_t limit) = 0;
  // Returns those messages that exist, in the order of `ids`.
  [[nodiscard]] virtual absl::StatusOr<std::vector<MessageRow>> Messages(absl::Span<const MessageId> ids) = 0;
  [[nodiscard]] virtual absl::StatusOr<std::vector<MessageRow>> ListMessages(const MessageFilter& filter) = 0;
  [[nodiscard]] virtual absl::StatusOr<std::optional<DecisionRow>> Decision(DecisionId id) = 0;
  [[nodiscard]] virtual absl::StatusOr<std::vector<RefusedRow>> Refused(size_t limit) = 0;   // newest first
  [[nodiscard]] virtual absl::StatusOr<std::vector<WarningRow>> Warnings(size_t limit) = 0;  // the same
  // Returns the ledger's rows after `after_id` in their order: those of a customer, or (0) of all.
  [[nodiscard]] virtual absl::StatusOr<std::vector<ConsentRow>> Consents(CustomerRow customer, ConsentId after_id,
                                                                         size_t limit) = 0;
  [[nodiscard]] virtual absl::StatusOr<std::vector<CounterRow>> Counters() = 0;  // in their order, a row a day
  // Returns the greatest count of a channel's slots from `from_slot` on and before `before_slot` (outbox_store.h).
  [[nodiscard]] virtual absl::StatusOr<int64_t> BusiestTally(const std::string& channel, int64_t from_slot,
                                                             int64_t before_slot) = 0;
  [[nodiscard]] virtual absl::StatusOr<StoreStatus> Status() = 0;
};

}  // namespace cartwheel
