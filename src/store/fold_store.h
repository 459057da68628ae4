// What the fold needs of the store beside the log: the lease, customers by row and by key, alarms, and the one
// transaction in which everything that a fold changes is written.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "core/model/effects.h"
#include "core/model/ids.h"
#include "core/model/message.h"
#include "store/erase_store.h"
#include "store/log_store.h"
#include "store/rows.h"

namespace cartwheel {

// What the holder of the fold lease continues from. `next_*` are the lowest numbers not yet used.
struct FoldState {
  Epoch epoch;
  Position cursor;  // number of the last folded event
  CustomerRow next_customer{1};
  MessageId next_message{1};
  DecisionId next_decision{1};
  int64_t restored_at_ms = 0;         // MarkRestored; 0: never
  int64_t alarms_done_before_ms = 0;  // as the last write said
  std::string back_fill;              // the same; opaque here (engine/fold/back_fill.h)
  std::string sweep;                  // as the last slice of the sweep said; opaque here (engine/fold/sweep.h)
  bool erasures = false;              // whether any was ever filed
  ErasureId newest_erasure;           // 0: none was filed here
};

// The promise to look at a customer: `hour` = due_at_ms / 3,600,000. A customer may have several, in one hour too.
struct AlarmEntry {
  int64_t hour = 0;
  CustomerRow customer;
  int64_t due_at_ms = 0;
};

using EachAlarm = absl::FunctionRef<void(const AlarmEntry&)>;  // one by one: of an hour there may be millions

// Everything one fold changes, in one transaction or not at all.
struct FoldWrite {
  Epoch epoch;          // compared with the stored one: Aborted "lease_lost" when another worker has taken the lease
  LeaseTime lease_end;  // the lease is renewed with every commit
  Position cursor;
  std::vector<StoredCustomer> customers;
  struct Alias {
    std::string key;
    CustomerRow customer;  // 0: the key is removed
  };
  std::vector<Alias> aliases;
  std::vector<AlarmEntry> alarms;
  std::optional<std::string> back_fill;  // remembered; absent: as it was
  // persisted; alarm entries whose hour ends before it are deleted, and every one in `alarms` is due at or after it
  int64_t alarms_done_before_ms = 0;
  std::vector<MessageRow> messages;  // numbered after those of every earlier fold
  using Revocation = cartwheel::Revocation;
  std::vector<Revocation> revocations;  // waiting -> its state; claimed: only marked; any other state: nothing
  struct Move {
    MessageId message;
    CustomerRow customer;
  };
  std::vector<Move> moves;  // messages of a merged device, to their new owner
  std::vector<DecisionRow> decisions;
  std::vector<ErasureRow> erasures;            // filed, pending; their ids are the store's
  std::vector<ConsentRow> consents;            // added to the ledger; their ids are the store's
  std::vector<ConsentChange> consent_changes;  // after it, in order
  std::vector<RefusedRow> refused;
  std::vector<WarningRow> warnings;
  std::vector<std::string>
      forgotten;  // ids: what was refused or warned of before keeps no customer, no event id and no value
  std::vector<CounterRow> counters;  // added to what was counted before
  std::optional<LogRow> append;      // events that steps told; `last` is the store's to set
};

class FoldStore {
 public:
  virtual ~FoldStore() = default;

  // The fold lease. Take answers Unavailable while another holder's lease lasts; the same holder takes its own again
  // with the same epoch. Release answers Aborted when the epoch is no longer the stored one.
  [[nodiscard]] virtual absl::StatusOr<FoldState> TakeLease(uint64_t holder, const LeaseTime& now,
                                                            const LeaseTime& end) = 0;
  [[nodiscard]] virtual absl::Status ReleaseLease(Epoch epoch) = 0;
  // Returns the rows that identity keys lead to, 0 for an unknown one.
  [[nodiscard]] virtual absl::StatusOr<std::vector<CustomerRow>> Resolve(absl::Span<const std::string> keys) = 0;
  // Returns the data of customers, "" where there is none.
  [[nodiscard]] virtual absl::StatusOr<std::vector<std::string>> Load(absl::Span<const CustomerRow> rows) = 0;
  [[nodiscard]] virtual absl::Status Alarms(int64_t from_hour, int64_t before_hour, EachAlarm each) = 0;
  // Returns the earliest due_at_ms of the first hour from `from_hour` on that has an alarm.
  [[nodiscard]] virtual absl::StatusOr<std::optional<int64_t>> FirstAlarm(int64_t from_hour) = 0;
  // Whether rows are to be written in two parts (core/model/split_row.h), because the database is sealed.
  virtual bool splits_rows() const { return false; }
  // One transaction; needs no flush of its own (the next Append or commit of the outbox flushes before it returns).
  [[nodiscard]] virtual absl::Status Commit(FoldWrite write) = 0;
};

}  // namespace cartwheel
