#include "store/sqlite/outbox.h"

#include <algorithm>

#include "base/status.h"
#include "store/sqlite/log.h"
#include "store/sqlite/messages.h"

namespace cartwheel {
namespace {

// Index message_ready.
constexpr char kReady[] =
    "SELECT " CARTWHEEL_MESSAGE_COLUMNS
    " FROM message WHERE state = 0 AND channel = ?1 AND not_before <= ?2 AND (class <> 0 OR NOT ?4) "
    "ORDER BY not_before, id LIMIT ?3";
constexpr char kNextChannel[] =
    "SELECT channel, not_before FROM message WHERE state = 0 AND channel > ?1 ORDER BY channel, not_before LIMIT 1";
// Index message_claimed, three ranges of it: leases of other boots have lapsed whatever they say.
constexpr char kLapsed[] = "SELECT " CARTWHEEL_MESSAGE_COLUMNS
                           " FROM message WHERE state = 1 AND lease_boot < ?1 UNION ALL "
                           "SELECT " CARTWHEEL_MESSAGE_COLUMNS
                           " FROM message WHERE state = 1 AND lease_boot > ?1 UNION ALL "
                           "SELECT " CARTWHEEL_MESSAGE_COLUMNS
                           " FROM message WHERE state = 1 AND lease_boot = ?1 AND lease_end <= ?2 LIMIT ?3";
constexpr char kFirstLease[] =
    "SELECT lease_boot, lease_end FROM message WHERE state = 1 ORDER BY lease_boot, lease_end LIMIT 1";
constexpr char kLastBoot[] = "SELECT lease_boot FROM message WHERE state = 1 ORDER BY lease_boot DESC LIMIT 1";
// The whole of message_claimed, once after a reboot.
constexpr char kOldBootLease[] =
    "SELECT lease_boot, lease_end FROM message WHERE state = 1 AND lease_boot <> "
    "(SELECT lease_boot FROM message WHERE state = 1 ORDER BY token DESC LIMIT 1) LIMIT 1";
// One row, by its primary key.
constexpr char kFold[] = "SELECT cursor, next_token FROM fold WHERE id = 1";
constexpr char kSetToken[] = "UPDATE fold SET next_token = ?1 WHERE id = 1";

LeaseTime LeaseOf(const Statement& statement) {
  return LeaseTime{.boot = static_cast<uint64_t>(statement.Integer(0)), .monotonic_ms = statement.Integer(1)};
}

absl::StatusOr<std::vector<MessageRow>> Find(Connection& connection, const OutboxQuery& query, bool behind) {
  const auto limit = static_cast<int64_t>(query.limit);
  switch (query.find) {
    case OutboxQuery::Find::kIds:
      return FindMessages(connection, query.ids);
    case OutboxQuery::Find::kReady: {
      ASSIGN_OR_RETURN(Statement ready, connection.Prepare(kReady));
      ASSIGN_OR_RETURN(bool found, ready.First(query.channel, query.now_ms, limit, int64_t{behind}));
      return ReadMessages(connection, ready, found);
    }
    case OutboxQuery::Find::kLapsed: {
      ASSIGN_OR_RETURN(Statement lapsed, connection.Prepare(kLapsed));
      ASSIGN_OR_RETURN(bool found, lapsed.First(BootColumn(query.now.boot), query.now.monotonic_ms, limit));
      return ReadMessages(connection, lapsed, found);
    }
  }
  return absl::InternalError("OutboxQuery::find is none of its values");
}

absl::Status Write(Connection& connection, const OutboxWrite& write, int64_t next_token) {
  RETURN_IF_ERROR(UpdateMessages(connection, write.updates));
  int64_t token = next_token;
  for (const MessageRow& message : write.updates) token = std::max(token, message.token + 1);
  if (token != next_token) {
    ASSIGN_OR_RETURN(Statement set, connection.Prepare(kSetToken));
    RETURN_IF_ERROR(set.Run(token));
  }
  if (!write.append) return absl::OkStatus();
  // log_bytes_max does not bind receipts: there is at most one for each message handed out, and losing it could send a
  // second copy.
  ASSIGN_OR_RETURN(LogHead head, ReadHead(connection));
  return InsertLogRow(connection, *write.append, head).status();
}

}  // namespace

absl::StatusOr<bool> UpdateOutboxRows(Connection& connection, const WriteBack& write_back, const OutboxQuery& query,
                                      Decide decide) {
  ASSIGN_OR_RETURN(Transaction transaction, Transaction::Write(connection));
  auto resolve = [&](absl::Span<const std::string> keys) { return write_back.Resolve(connection, keys); };
  int64_t cursor = 0;
  auto tail = [&](int64_t after) { return ReadTail(connection, std::max(after, cursor), cursor + query.tail_max); };
  OutboxView view{.tail = tail, .resolve = resolve};
  {
    ASSIGN_OR_RETURN(Statement fold, connection.Prepare(kFold));
    RETURN_IF_ERROR(fold.First().status());
    view.cursor = cursor = fold.Integer(0);
    view.next_token = fold.Integer(1);
  }
  if (query.find == OutboxQuery::Find::kReady) {
    ASSIGN_OR_RETURN(LogHead head, ReadHead(connection));
    view.behind = head.last - cursor > query.tail_max;
  }
  ASSIGN_OR_RETURN(view.messages, Find(connection, query, view.behind));
  ASSIGN_OR_RETURN(OutboxWrite write, decide(view));
  if (write.updates.empty() && !write.append) return false;
  RETURN_IF_ERROR(Write(connection, write, view.next_token));
  RETURN_IF_ERROR(transaction.Commit());
  return true;
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
