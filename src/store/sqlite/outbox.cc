#include "store/sqlite/outbox.h"

#include <algorithm>
#include <cassert>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "base/status.h"
#include "store/breach.h"
#include "store/sqlite/block_table.h"
#include "store/sqlite/claim_rows.h"
#include "store/sqlite/log.h"
#include "store/sqlite/message_state_sql.h"
#include "store/sqlite/messages.h"

namespace cartwheel {
namespace {

// Index message_ready.
constexpr char kReady[] =
    "SELECT " CARTWHEEL_BLOCK_COLUMNS ", ready_at FROM message_states WHERE " CARTWHEEL_SQL_WAITING
    " AND channel = ?1 AND ready_at <= ?2 AND NOT (?3 AND " CARTWHEEL_SQL_ADVERTISEMENT ") ORDER BY ready_at, first";
constexpr int kReadyAtColumn = 6;
constexpr char kNextChannel[] = "SELECT channel, ready_at FROM message_states WHERE " CARTWHEEL_SQL_WAITING
                                " AND channel > ?1 ORDER BY channel, ready_at LIMIT 1";
// One row, by its primary key.
constexpr char kFold[] = "SELECT cursor, next_token, place FROM fold WHERE id = 1";
constexpr char kTally[] = "SELECT count FROM tally WHERE channel = ?1 AND slot = ?2";
constexpr char kBusiest[] = "SELECT coalesce(max(count), 0) FROM tally WHERE channel = ?1 AND slot >= ?2 AND slot < ?3";
constexpr char kAddTally[] =
    "INSERT INTO tally VALUES(?1, ?2, ?3) ON CONFLICT DO UPDATE SET count = count + excluded.count";
constexpr char kDropTallies[] = "DELETE FROM tally WHERE channel = ?1 AND slot < ?2";
constexpr char kSetToken[] = "UPDATE fold SET next_token = ?1 WHERE id = 1";

// A message that waits, in the order in which a claim wants it.
struct Ready {
  int64_t not_before_ms = 0;
  MessageId id;
  Place place;
  bool operator<(const Ready& other) const {
    return std::pair(not_before_ms, id) < std::pair(other.not_before_ms, other.id);
  }
};

// Blocks come in the order of their earliest waiting message, by (not_before, id): when the last of `limit` messages is
// before that, so are all.
absl::StatusOr<std::vector<MessageRow>> FindReady(Blocks& blocks, const OutboxPlan::Ready& plan, bool no_ads) {
  if (plan.limit == 0) return std::vector<MessageRow>();
  std::vector<Ready> ready;
  ASSIGN_OR_RETURN(Statement list, blocks.connection().Prepare(kReady));
  ASSIGN_OR_RETURN(bool found, list.First(plan.channel, plan.now_ms, int64_t{no_ads}));
  while (found) {
    if (ready.size() >= plan.limit) {
      const auto last = ready.begin() + static_cast<ptrdiff_t>(plan.limit) - 1;
      std::nth_element(ready.begin(), last, ready.end());
      if (*last < Ready{list.Integer(kReadyAtColumn), MessageId(list.Integer(0)), {}}) break;
      ready.erase(last + 1, ready.end());
    }
    ASSIGN_OR_RETURN(Block * block, blocks.Take(list));
    for (size_t at = 0; at < block->ids.size(); ++at) {
      const StateOfMessage& state = block->states[at];
      if (state.message_state() == MessageState::kWaiting && state.not_before_ms <= plan.now_ms)
        ready.push_back({state.not_before_ms, block->ids[at], {block, at}});
    }
    ASSIGN_OR_RETURN(found, list.Step());
  }
  std::sort(ready.begin(), ready.end());
  std::vector<Place> places;
  for (const Ready& message : ready)
    if (places.size() < plan.limit) places.push_back(message.place);
  return blocks.Read(places);
}

absl::StatusOr<std::vector<MessageRow>> FindLapsed(Blocks& blocks, const OutboxPlan::Lapsed& plan) {
  std::vector<Place> places;
  RETURN_IF_ERROR(EachClaim(blocks.connection(), plan.now, [&](const ClaimRow& claim) -> absl::StatusOr<bool> {
    for (const MessageId first : claim.blocks) {
      ASSIGN_OR_RETURN(Block * block, blocks.Load(first));
      for (size_t at = 0; block != nullptr && at < block->ids.size(); ++at) {
        if (places.size() == plan.limit) return false;
        const StateOfMessage& state = block->states[at];
        if (state.message_state() == MessageState::kClaimed && ClaimOf(state) == claim.key)
          places.push_back({block, at});
      }
    }
    return true;
  }));
  return blocks.Read(places);
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

absl::StatusOr<OutboxView> Read(Blocks& blocks, const OutboxPlan& plan, int64_t place) {
  Connection& connection = blocks.connection();
  OutboxView view;
  {
    ASSIGN_OR_RETURN(Statement fold, connection.Prepare(kFold));
    RETURN_IF_ERROR(fold.First().status());
    view.cursor = Position(fold.Integer(0));
    view.next_token = ClaimToken(fold.Integer(1));
    view.copied = fold.Integer(2) != place;
  }
  if (!plan.ids.empty()) {
    ASSIGN_OR_RETURN(view.messages, FindMessages(blocks, plan.ids));
  }
  if (plan.lapsed) {
    ASSIGN_OR_RETURN(view.lapsed, FindLapsed(blocks, *plan.lapsed));
  }
  if (plan.ready) {
    ASSIGN_OR_RETURN(LogHead head, ReadHead(connection));
    view.behind = head.last - view.cursor > plan.ready->tail_max;
    const Position known = plan.ready->known_cursor == view.cursor ? plan.ready->known_to : Position();
    ASSIGN_OR_RETURN(view.tail, ReadTail(connection, std::max(known, view.cursor), view.cursor + plan.ready->tail_max));
    if (view.behind) {
      const Position read_to = view.tail.empty() ? std::max(known, view.cursor) : view.tail.back().last;
      ASSIGN_OR_RETURN(view.erasing, ReadErasing(connection, read_to, kErasingRowsMax + 1));
    }
    if (view.erasing.size() <= kErasingRowsMax) {
      ASSIGN_OR_RETURN(view.ready, FindReady(blocks, *plan.ready, view.behind || view.copied));
    }
    ASSIGN_OR_RETURN(view.tallies, ReadTallies(connection, plan.ready->tallies));
  }
  return view;
}

absl::Status Write(Blocks& blocks, const OutboxWrite& write, ClaimToken next_token) {
  Connection& connection = blocks.connection();
  RETURN_IF_ERROR(UpdateMessages(blocks, write.updates));
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
        lock_(&access_.connection->mutex),
        blocks_(*access_.connection) {}

  absl::Status Begin(const OutboxPlan& plan) {
    ASSIGN_OR_RETURN(Transaction transaction, Transaction::Write(*access_.connection));
    transaction_.emplace(std::move(transaction));
    ASSIGN_OR_RETURN(view(), Read(blocks_, plan, access_.place));
    next_token_ = view().next_token;
    return absl::OkStatus();
  }
  absl::StatusOr<std::vector<CustomerRow>> Resolve(absl::Span<const std::string> keys) override {
    return access_.write_back->Resolve(*access_.connection, keys);
  }
  absl::Status Commit(const OutboxWrite& write) override ABSL_NO_THREAD_SAFETY_ANALYSIS {
    assert(FindBreach(write).empty());
    if (write.empty()) return absl::OkStatus();
    RETURN_IF_ERROR(Write(blocks_, write, next_token_));
    RETURN_IF_ERROR(transaction_->Commit());
    RETURN_IF_ERROR(access_.connection->CheckpointOver(access_.wal_pages_max, /*restart=*/false));
    lock_.Release();
    return access_.flush();
  }

 private:
  const OutboxAccess access_;
  ClaimToken next_token_;
  absl::ReleasableMutexLock lock_;
  Blocks blocks_;                           // as read: until the commit no other changes them
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

}  // namespace cartwheel
