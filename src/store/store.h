// What the engine asks of a database, in batches, so that a networked one needs no round trip a row. The store
// knows rows and transactions; it knows no rule of the domain: what a row means is the engine's and the core's matter.
//
// Threads: every function may be called from any thread. Processes: many may Append and UpdateOutbox; one at a time
// folds, which the epoch of the lease enforces. Errors: ResourceExhausted "backlog_full: …" or "disk_full: …" (nothing
// was written, try again later), Unavailable (another holder, or the file is locked), Aborted "lease_lost: …",
// FailedPrecondition (a foreign, newer or read-only file), DataLoss (the file is broken: the handle is of no more use).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "base/hash.h"
#include "core/model/effects.h"
#include "core/model/message.h"

namespace cartwheel {

// One ingested batch. The events of the log are numbered from 1 without gaps; a row holds `count` of them, the last of
// which is `last`. `data` is opaque here (EventBatch bytes, compressed).
struct LogRow {
  int64_t last = 0;
  int64_t count = 0;
  int64_t ingested_at_ms = 0;
  std::string data;
  int64_t first() const { return last - count + 1; }
};

struct LogHead {
  int64_t last = 0;       // number of the newest event; 0: empty
  int64_t bytes_end = 0;  // bytes of `data` ever appended
};

// What the holder of the fold lease continues from. `next_*` are the lowest numbers not yet used.
struct FoldState {
  int64_t epoch = 0;
  int64_t cursor = 0;  // number of the last folded event
  int64_t next_customer = 1;
  int64_t next_message = 1;
  int64_t next_decision = 1;
  int64_t restored_at_ms = 0;         // MarkRestored; 0: never
  int64_t alarms_done_before_ms = 0;  // as the last write said
  std::string back_fill;              // the same; opaque here (engine/fold/back_fill.h)
};

// The promise to look at a customer: `hour` = due_at_ms / 3,600,000. A customer may have several, in one hour too.
struct AlarmEntry {
  int64_t hour = 0;
  int64_t customer = 0;
  int64_t due_at_ms = 0;
};

using EachAlarm = absl::FunctionRef<void(const AlarmEntry&)>;  // one by one: of an hour there may be millions

// The decisions of one fold. `data` is opaque here (engine/common/trail.h).
struct DecisionRow {
  int64_t id = 0;
  std::string data;
};

// An event that was not folded, or a duplicate: listed by Query, the newest kRefusedKeptMax of them.
struct RefusedRow {
  int64_t position = 0;  // its number in the log
  int64_t at_ms = 0;     // when it was refused
  std::string code;      // "duplicate", "cart_items_max", "quarantined", …
  std::string customer;
  std::string event_id;
  std::string message;
};

// A field of an event that could not be read: listed by Query, the newest kWarningsKeptMax of them.
struct WarningRow {
  int64_t position = 0;  // the event's number in the log
  int64_t at_ms = 0;     // when it was folded
  std::string type;      // the event's
  std::string code;
  std::string field;
  std::string value;
  std::string expected;
  std::string customer;
  std::string event_id;
};

// Everything one fold changes, in one transaction or not at all.
struct FoldWrite {
  int64_t epoch = 0;    // compared with the stored one: Aborted "lease_lost" when another worker has taken the lease
  LeaseTime lease_end;  // the lease is renewed with every commit
  int64_t cursor = 0;
  struct CustomerRow {
    int64_t row;
    std::string data;  // empty: the row is removed
  };
  std::vector<CustomerRow> customers;
  struct Alias {
    std::string key;
    int64_t customer;  // 0: the key is removed
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
    int64_t message;
    int64_t customer;
  };
  std::vector<Move> moves;  // messages of a merged device, to their new owner
  std::vector<DecisionRow> decisions;
  std::vector<RefusedRow> refused;
  std::vector<WarningRow> warnings;
  std::vector<std::string>
      forgotten;  // ids: what was refused or warned of before keeps no customer, no event id and no value
  std::vector<TallyDelta> tallies;
};

// A read-modify-write of the outbox under one write lock.
struct OutboxQuery {
  enum class Find {
    kIds,     // the messages of `ids`
    kReady,   // waiting on `channel`, not_before_ms <= now_ms (also those that have expired), oldest first
    kLapsed,  // claimed under a lease that has lapsed at `now`
  };
  Find find = Find::kIds;
  std::vector<int64_t> ids;
  std::string channel;
  int64_t now_ms = 0;
  LeaseTime now;
  size_t limit = 0;      // kReady, kLapsed
  int64_t tail_max = 0;  // kReady: with more events than that not folded (OutboxView::behind) no advertisement is found
};

struct OutboxView {
  std::vector<MessageRow> messages;  // kIds: those that exist, in the order asked for
  int64_t cursor = 0;
  bool behind = false;     // kReady
  int64_t next_token = 0;  // greater than every token given so far
  // Valid during the call. What of the unfolded tail of the log lies after the event `after`, within `tail_max` of the
  // cursor: whole rows, the first may begin before it.
  absl::FunctionRef<absl::StatusOr<std::vector<LogRow>>(int64_t after)> tail;
  // The rows that identity keys lead to, 0 for an unknown one.
  absl::FunctionRef<absl::StatusOr<std::vector<int64_t>>(absl::Span<const std::string>)> resolve;
};

struct OutboxWrite {
  std::vector<MessageRow> updates;  // the changeable half of each is written
  std::optional<LogRow> append;     // receipts; `last` is the store's to set
};
using Decide = absl::FunctionRef<absl::StatusOr<OutboxWrite>(OutboxView&)>;

struct MessageFilter {
  std::vector<MessageState> states;  // empty: all
  int64_t after_id = 0;
  size_t limit = 100;
  uint64_t link = 0;  // only those with this `link`; 0: all
};

// How the store is, at one moment.
struct StoreStatus {
  int64_t cursor = 0;
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
  std::vector<Channel> channels;  // those with messages that wait or are claimed, by name
  int64_t database_bytes = 0;     // 0 here and below: in memory
  int64_t wal_bytes = 0;
  int64_t free_disk_bytes = 0;
};

struct StoreOptions {
  enum class Durability { kFull, kNormal } durability = Durability::kFull;
  int64_t log_bytes_max = int64_t{4} << 30;              // of the unfolded part of the log
  int64_t free_disk_min_bytes = int64_t{64} << 20;       // Append stops below it
  int64_t log_keep_ms = int64_t{30} * 24 * 3600 * 1000;  // folded log rows older than that are dropped
  int64_t busy_timeout_ms = 10'000;                      // waiting for another process's transaction
  int file_mode = 0600;                                  // of a file that is made
  bool manual_clock = false;  // the file is marked until it is closed, and refused to those with the machine's clock
};

class Store {
 public:
  virtual ~Store() = default;

  // A secret of this database, made when it was created: fingerprints are keyed with it.
  virtual HashKey hash_key() const = 0;
  // The file that every commit of every process writes to, for callers that watch it; empty: in memory.
  virtual std::string WrittenFile() const = 0;

  // Appends events; durable on return as the options say. `last` is ignored. Returns the number of the last one.
  virtual absl::StatusOr<int64_t> Append(const LogRow& row) = 0;
  virtual absl::StatusOr<LogHead> Head() = 0;
  // Rows that hold events after `after` and up to `until`, oldest first, at least one (if there is any) and then as
  // long as the sum of their counts stays within `events_max`.
  virtual absl::StatusOr<std::vector<LogRow>> ReadLog(int64_t after, int64_t until, int64_t events_max) = 0;

  // The fold lease. Take answers Unavailable while another holder's lease lasts; the same holder takes its own again
  // with the same epoch. Release answers Aborted when the epoch is no longer the stored one.
  virtual absl::StatusOr<FoldState> TakeLease(uint64_t holder, const LeaseTime& now, const LeaseTime& end) = 0;
  virtual absl::Status ReleaseLease(int64_t epoch) = 0;
  virtual absl::StatusOr<std::vector<int64_t>> Resolve(absl::Span<const std::string> keys) = 0;
  virtual absl::StatusOr<std::vector<std::string>> Load(absl::Span<const int64_t> rows) = 0;  // "" where there is none
  virtual absl::Status Alarms(int64_t from_hour, int64_t before_hour, EachAlarm each) = 0;
  virtual absl::StatusOr<std::optional<int64_t>> FirstAlarm(
      int64_t from_hour) = 0;  // earliest due_at_ms of the first hour
  // One transaction; needs no flush of its own (the next Append or UpdateOutbox flushes before it returns).
  virtual absl::Status Commit(FoldWrite write) = 0;

  // Finds, asks `decide`, writes what it answers and flushes, in any durability. An empty answer writes nothing. One at
  // a time; `decide` may take the messages out of its view.
  virtual absl::Status UpdateOutbox(const OutboxQuery& query, Decide decide) = 0;
  // The earliest moment at which a claim on any channel could find something: a waiting message's not_before_ms.
  virtual absl::StatusOr<std::optional<int64_t>> NextReady() = 0;
  // The end of the earliest lease of a claimed message.
  virtual absl::StatusOr<std::optional<LeaseTime>> NextLapse() = 0;

  // Playbooks by revision. Save answers AlreadyExists for a revision that is there.
  virtual absl::Status SaveDefinition(int64_t revision, const std::string& content, int64_t now_ms) = 0;
  virtual absl::StatusOr<std::optional<std::string>> Definition(int64_t revision) = 0;
  virtual absl::StatusOr<int64_t> LatestRevision() = 0;          // 0: none
  virtual absl::StatusOr<std::vector<int64_t>> Revisions() = 0;  // all that were saved, ascending

  // Queries; each sees one consistent state.
  virtual absl::StatusOr<std::vector<FoldWrite::CustomerRow>> Customers(int64_t after_row, size_t limit) = 0;
  virtual absl::StatusOr<std::vector<MessageRow>> Messages(absl::Span<const int64_t> ids) = 0;
  virtual absl::StatusOr<std::vector<MessageRow>> ListMessages(const MessageFilter& filter) = 0;
  virtual absl::StatusOr<std::optional<DecisionRow>> Decision(int64_t id) = 0;
  virtual absl::StatusOr<std::vector<RefusedRow>> Refused(size_t limit) = 0;   // newest first
  virtual absl::StatusOr<std::vector<WarningRow>> Warnings(size_t limit) = 0;  // the same
  virtual absl::StatusOr<std::vector<TallyDelta>> Tallies() = 0;               // by name
  virtual absl::StatusOr<StoreStatus> Status() = 0;

  // Copies the database as it is at one moment into a new file, while others go on working. AlreadyExists when `path`
  // is there; FailedPrecondition for a database in memory.
  virtual absl::Status Backup(const std::string& path) = 0;
  // What is damaged, in the database's own words; empty when nothing is. Reads everything.
  virtual absl::StatusOr<std::string> FindDamage() = 0;
  // This database was brought back from a copy at `now_ms`: the lease is free, and the folds to come know the moment.
  virtual absl::Status MarkRestored(int64_t now_ms) = 0;

  // Moves what the log of changes holds into the main file (SQLite's checkpoint). From any thread, beside every other
  // call.
  virtual absl::Status Checkpoint() = 0;
  // Commits checkpoint by themselves when the log of changes has grown long. With a helper they call it instead, on
  // their thread; it has another one call Checkpoint, and they wait only when the log of changes has grown far longer.
  // Empty: there is no helper any more.
  virtual void SetCheckpointRequest(std::function<void()> request) = 0;
};

}  // namespace cartwheel
