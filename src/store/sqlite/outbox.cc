#include "store/sqlite/outbox.h"

#include <algorithm>
#include <cassert>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "base/status.h"
#include "store/breach.h"
#include "store/sqlite/log.h"
#include "store/sqlite/message_state_sql.h"
#include "store/sqlite/messages.h"

namespace cartwheel {
namespace {

// Index message_ready.
constexpr char kReady[] = "SELECT " CARTWHEEL_MESSAGE_COLUMNS " FROM message WHERE " CARTWHEEL_SQL_WAITING
                          " AND channel = ?1 AND not_before <= ?2 AND NOT (?4 AND " CARTWHEEL_SQL_ADVERTISEMENT
                          ") ORDER BY not_before, id LIMIT ?3";
constexpr char kNextChannel[] = "SELECT channel, not_before FROM message WHERE " CARTWHEEL_SQL_WAITING
                                " AND channel > ?1 ORDER BY channel, not_before LIMIT 1";
// Index message_claimed, three ranges of it: leases of other boots have lapsed whatever they say.
#define CARTWHEEL_CLAIMED_MESSAGES \
  "SELECT " CARTWHEEL_MESSAGE_COLUMNS " FROM message WHERE " CARTWHEEL_SQL_CLAIMED " AND "
constexpr char kLapsed[] = CARTWHEEL_CLAIMED_MESSAGES "lease_boot < ?1 UNION ALL " CARTWHEEL_CLAIMED_MESSAGES
                                                      "lease_boot > ?1 UNION ALL " CARTWHEEL_CLAIMED_MESSAGES
                                                      "lease_boot = ?1 AND lease_end <= ?2 LIMIT ?3";
constexpr char kFirstLease[] =
    "SELECT lease_boot, lease_end FROM message WHERE " CARTWHEEL_SQL_CLAIMED " ORDER BY lease_boot, lease_end LIMIT 1";
constexpr char kLastBoot[] =
    "SELECT lease_boot FROM message WHERE " CARTWHEEL_SQL_CLAIMED " ORDER BY lease_boot DESC LIMIT 1";
// The whole of message_claimed, once after a reboot.
constexpr char kOldBootLease[] = "SELECT lease_boot, lease_end FROM message WHERE " CARTWHEEL_SQL_CLAIMED
                                 " AND lease_boot <> (SELECT lease_boot FROM message WHERE " CARTWHEEL_SQL_CLAIMED
                                 " ORDER BY token DESC LIMIT 1) LIMIT 1";
// One row, by its primary key.
constexpr char kFold[] = "SELECT cursor, next_token, place FROM fold WHERE id = 1";
constexpr char kTally[] = "SELECT count FROM tally WHERE channel = ?1 AND slot = ?2";
constexpr char kBusiest[] = "SELECT coalesce(max(count), 0) FROM tally WHERE channel = ?1 AND slot >= ?2 AND slot < ?3";
constexpr char kAddTally[] =
    "INSERT INTO tally VALUES(?1, ?2, ?3) ON CONFLICT DO UPDATE SET count = count + excluded.count";
constexpr char kDropTallies[] = "DELETE FROM tally WHERE channel = ?1 AND slot < ?2";
constexpr char kSetToken[] = "UPDATE fold SET next_token = ?1 WHERE id = 1";

LeaseTime LeaseOf(const Statement& statement) {
  return LeaseTime{.boot = static_cast<uint64_t>(statement.Integer(0)), .monotonic_ms = statement.Integer(1)};
}

absl::StatusOr<std::vector<MessageRow>> FindReady(Connection& connection, const OutboxPlan::Ready& plan, bool no_ads) {
  ASSIGN_OR_RETURN(Statement ready, connection.Prepare(kReady));
  ASSIGN_OR_RETURN(bool found,
                   ready.First(plan.channel, plan.now_ms, static_cast<int64_t>(plan.limit), int64_t{no_ads}));
  return ReadMessages(connection, ready, found);
}

absl::StatusOr<std::vector<MessageRow>> FindLapsed(Connection& connection, const OutboxPlan::Lapsed& plan) {
  ASSIGN_OR_RETURN(Statement lapsed, connection.Prepare(kLapsed));
  ASSIGN_OR_RETURN(bool found,
                   lapsed.First(BootColumn(plan.now.boot), plan.now.monotonic_ms, static_cast<int64_t>(plan.limit)));
  return ReadMessages(connection, lapsed, found);
}

absl::StatusOr<std::vector<Tally>> ReadTallies(Connection& connection, std::vector<Tally> tallies) {
  for (Tally& tally : tallies) {
    ASSIGN_OR_RETURN(Statement find, connection.Prepare(kTally));
    ASSIGN_OR_RETURN(const bool found, find.First(tally.channel, tally.slot));
    tally.count = found ? find.Integer(0) : 0;
  }
  return tallies;
}

absl::Status AddTally(Connection& connection, const Tally& tally) {
  ASSIGN_OR_RETURN(Statement add, connection.Prepare(kAddTally));
  RETURN_IF_ERROR(add.Run(tally.channel, tally.slot, tally.count));
  ASSIGN_OR_RETURN(Statement drop, connection.Prepare(kDropTallies));
  return drop.Run(tally.channel, tally.slot - kTallySlotsKept);
}

absl::StatusOr<OutboxView> Read(Connection& connection, const OutboxPlan& plan, int64_t place) {
  OutboxView view;
  {
    ASSIGN_OR_RETURN(Statement fold, connection.Prepare(kFold));
    RETURN_IF_ERROR(fold.First().status());
    view.cursor = Position(fold.Integer(0));
    view.next_token = ClaimToken(fold.Integer(1));
    view.copied = fold.Integer(2) != place;
  }
  if (!plan.ids.empty()) {
    ASSIGN_OR_RETURN(view.messages, FindMessages(connection, plan.ids));
  }
  if (plan.lapsed) {
    ASSIGN_OR_RETURN(view.lapsed, FindLapsed(connection, *plan.lapsed));
  }
  if (plan.ready) {
    ASSIGN_OR_RETURN(LogHead head, ReadHead(connection));
    view.behind = head.last - view.cursor > plan.ready->tail_max;
    const Position known = plan.ready->known_cursor == view.cursor ? plan.ready->known_to : Position();
    ASSIGN_OR_RETURN(view.tail, ReadTail(connection, std::max(known, view.cursor), view.cursor + plan.ready->tail_max));
    ASSIGN_OR_RETURN(view.ready, FindReady(connection, *plan.ready, view.behind || view.copied));
    ASSIGN_OR_RETURN(view.tallies, ReadTallies(connection, plan.ready->tallies));
  }
  return view;
}

absl::Status Write(Connection& connection, const OutboxWrite& write, ClaimToken next_token) {
  RETURN_IF_ERROR(UpdateMessages(connection, write.updates));
  ClaimToken token = next_token;
  for (const MessageRow& message : write.updates) token = std::max(token, message.token.Next());
  if (token != next_token) {
    ASSIGN_OR_RETURN(Statement set, connection.Prepare(kSetToken));
    RETURN_IF_ERROR(set.Run(token));
  }
  for (const Tally& tally : write.tallies) RETURN_IF_ERROR(AddTally(connection, tally));
  if (!write.append) return absl::OkStatus();
  // log_bytes_max does not bind receipts: there is at most one for each message handed out, and losing it could send a
  // second copy.
  ASSIGN_OR_RETURN(LogHead head, ReadHead(connection));
  return InsertLogRow(connection, *write.append, head).status();
}

// Holds the connection's mutex and the write lock of the file.
class SqliteOutboxChange final : public OutboxChange {
 public:
  explicit SqliteOutboxChange(OutboxAccess access) ABSL_NO_THREAD_SAFETY_ANALYSIS  // held as long as it lives
      : access_(std::move(access)),
        lock_(&access_.connection->mutex) {}

  absl::Status Begin(const OutboxPlan& plan) {
    ASSIGN_OR_RETURN(Transaction transaction, Transaction::Write(*access_.connection));
    transaction_.emplace(std::move(transaction));
    ASSIGN_OR_RETURN(view(), Read(*access_.connection, plan, access_.place));
    next_token_ = view().next_token;
    return absl::OkStatus();
  }
  absl::StatusOr<std::vector<CustomerRow>> Resolve(absl::Span<const std::string> keys) override {
    return access_.write_back->Resolve(*access_.connection, keys);
  }
  absl::Status Commit(const OutboxWrite& write) override ABSL_NO_THREAD_SAFETY_ANALYSIS {
    assert(FindBreach(write).empty());
    if (write.empty()) return absl::OkStatus();
    RETURN_IF_ERROR(Write(*access_.connection, write, next_token_));
    RETURN_IF_ERROR(transaction_->Commit());
    RETURN_IF_ERROR(access_.connection->CheckpointOver(access_.wal_pages_max, /*restart=*/false));
    lock_.Release();
    return access_.flush();
  }

 private:
  const OutboxAccess access_;
  ClaimToken next_token_;
  absl::ReleasableMutexLock lock_;
  std::optional<Transaction> transaction_;  // rolled back, when it was not committed, before the mutex is free
};

}  // namespace

absl::StatusOr<std::unique_ptr<OutboxChange>> BeginOutboxChange(OutboxAccess access, const OutboxPlan& plan) {
  auto change = std::make_unique<SqliteOutboxChange>(std::move(access));
  RETURN_IF_ERROR(change->Begin(plan));
  return change;
}

absl::StatusOr<int64_t> ReadBusiestTally(Connection& connection, const std::string& channel, int64_t from_slot,
                                         int64_t before_slot) {
  ASSIGN_OR_RETURN(Statement busiest, connection.Prepare(kBusiest));
  RETURN_IF_ERROR(busiest.First(channel, from_slot, before_slot).status());
  return busiest.Integer(0);
}

absl::StatusOr<std::optional<int64_t>> ReadNextReady(Connection& connection) {
  std::optional<int64_t> earliest;
  std::string channel;
  ASSIGN_OR_RETURN(Statement next, connection.Prepare(kNextChannel));
  for (;;) {  // one look-up a channel
    ASSIGN_OR_RETURN(bool found, next.First(channel));
    if (!found) return earliest;
    earliest = std::min(earliest.value_or(INT64_MAX), next.Integer(1));
    channel = next.Bytes(0);
  }
}

absl::StatusOr<std::optional<LeaseTime>> ReadNextLapse(Connection& connection) {
  ASSIGN_OR_RETURN(Statement first, connection.Prepare(kFirstLease));
  ASSIGN_OR_RETURN(bool found, first.First());
  if (!found) return std::optional<LeaseTime>();
  const LeaseTime lease = LeaseOf(first);
  ASSIGN_OR_RETURN(Statement last, connection.Prepare(kLastBoot));
  RETURN_IF_ERROR(last.First().status());
  if (last.Integer(0) == BootColumn(lease.boot)) return std::optional<LeaseTime>(lease);
  // Leases of two boots: those that are not of the latest claim's have lapsed, and nothing can be earlier.
  ASSIGN_OR_RETURN(Statement old, connection.Prepare(kOldBootLease));
  RETURN_IF_ERROR(old.First().status());
  return std::optional<LeaseTime>(LeaseOf(old));
}

}  // namespace cartwheel
