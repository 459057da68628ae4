#include "store/sqlite/log.h"

#include <cassert>

#include "base/status.h"
#include "fmt/format.h"
#include "store/breach.h"
#include "store/sqlite/erasures.h"

namespace cartwheel {
namespace {

// One commit folds about as much as one commit drops, so that the log of a busy shop does not outgrow its age; the
// bound keeps a long backlog of old rows from being one long transaction.
constexpr int kDropRowsMax = 1'000;
constexpr int64_t kDropBytesMax = int64_t{4} << 20;

// All by the primary key.
constexpr char kHead[] = "SELECT last, bytes_end FROM log ORDER BY last DESC LIMIT 1";
constexpr char kRows[] = "SELECT last, count, ingested_at, data, erases FROM log WHERE last > ?1 ORDER BY last";
// Index log_erases.
constexpr char kErasing[] =
    "SELECT last, count, ingested_at, data, erases FROM log WHERE erases = 1 AND last > ?1 ORDER BY last LIMIT ?2";
constexpr char kInsert[] =
    "INSERT INTO log(last, count, ingested_at, bytes_end, data, erases) VALUES(?1, ?2, ?3, ?4, ?5, ?6)";
constexpr char kOldest[] = "SELECT last, ingested_at, bytes_end FROM log WHERE last <= ?1 ORDER BY last";
constexpr char kNewestTime[] = "SELECT last, ingested_at FROM log ORDER BY last DESC LIMIT 1";
constexpr char kDrop[] = "DELETE FROM log WHERE last <= ?1";
constexpr char kFolded[] = "SELECT bytes_end FROM log WHERE last <= ?1 ORDER BY last DESC LIMIT 1";
constexpr char kFoldedBytes[] = "SELECT folded_bytes FROM fold WHERE id = 1";

LogRow RowOf(const Statement& statement) {
  return LogRow{.last = Position(statement.Integer(0)),
                .count = statement.Integer(1),
                .ingested_at_ms = statement.Integer(2),
                .data = statement.Bytes(3),
                .erases = statement.Integer(4) != 0};
}

}  // namespace

absl::StatusOr<LogHead> ReadHead(Connection& connection) {
  ASSIGN_OR_RETURN(Statement statement, connection.Prepare(kHead));
  ASSIGN_OR_RETURN(bool found, statement.First());
  return found ? LogHead{.last = Position(statement.Integer(0)), .bytes_end = statement.Integer(1)} : LogHead{};
}

absl::StatusOr<std::vector<LogRow>> ReadLogRows(Connection& connection, Position after, Position until,
                                                int64_t events_max) {
  std::vector<LogRow> rows;
  ASSIGN_OR_RETURN(Statement statement, connection.Prepare(kRows));
  ASSIGN_OR_RETURN(bool found, statement.First(after));
  for (int64_t events = 0; found && Position(statement.Integer(0) - statement.Integer(1)) < until;) {
    events += statement.Integer(1);
    if (events > events_max && !rows.empty()) break;
    rows.push_back(RowOf(statement));
    ASSIGN_OR_RETURN(found, statement.Step());
  }
  assert(FindBreach(rows, after).empty());
  return rows;
}

absl::StatusOr<std::vector<LogRow>> ReadTail(Connection& connection, Position after, Position until) {
  std::vector<LogRow> rows;
  ASSIGN_OR_RETURN(Statement statement, connection.Prepare(kRows));
  ASSIGN_OR_RETURN(bool found, statement.First(after));
  while (found && Position(statement.Integer(0)) <= until) {
    rows.push_back(RowOf(statement));
    ASSIGN_OR_RETURN(found, statement.Step());
  }
  assert(FindBreach(rows, after).empty());
  return rows;
}

absl::StatusOr<std::vector<LogRow>> ReadErasing(Connection& connection, Position after, size_t limit) {
  std::vector<LogRow> rows;
  ASSIGN_OR_RETURN(Statement statement, connection.Prepare(kErasing));
  ASSIGN_OR_RETURN(bool found, statement.First(after, static_cast<int64_t>(limit)));
  while (found) {
    rows.push_back(RowOf(statement));
    ASSIGN_OR_RETURN(found, statement.Step());
  }
  return rows;
}

absl::StatusOr<Position> InsertLogRow(Connection& connection, const LogRow& row, const LogHead& head) {
  const Position last = head.last + row.count;
  ASSIGN_OR_RETURN(Statement statement, connection.Prepare(kInsert));
  RETURN_IF_ERROR(statement.Run(last, row.count, row.ingested_at_ms,
                                head.bytes_end + static_cast<int64_t>(row.data.size()), Blob{row.data},
                                row.erases ? 1 : 0));
  return last;
}

absl::StatusOr<Position> AppendLogRow(Connection& connection, const LogRow& row, int64_t log_bytes_max) {
  ASSIGN_OR_RETURN(Transaction transaction, Transaction::Write(connection));
  if (row.erased_to) {
    ASSIGN_OR_RETURN(const ErasureId newest, ReadNewestErasure(connection));
    if (newest != *row.erased_to) return absl::AbortedError("an erasure was filed meanwhile");
  }
  ASSIGN_OR_RETURN(LogHead head, ReadHead(connection));
  if (log_bytes_max > 0) {
    ASSIGN_OR_RETURN(Statement statement, connection.Prepare(kFoldedBytes));
    RETURN_IF_ERROR(statement.First().status());
    const int64_t unfolded = head.bytes_end - statement.Integer(0);
    if (unfolded + static_cast<int64_t>(row.data.size()) > log_bytes_max) {
      return absl::ResourceExhaustedError(
          fmt::format("backlog_full: the unfolded log holds {} bytes, log_bytes_max is {}", unfolded, log_bytes_max));
    }
  }
  ASSIGN_OR_RETURN(Position last, InsertLogRow(connection, row, head));
  RETURN_IF_ERROR(transaction.Commit());
  return last;
}

absl::Status DropOldLogRows(Connection& connection, Position cursor, int64_t keep_ms) {
  int64_t newest = 0;
  int64_t before_ms = 0;
  {
    ASSIGN_OR_RETURN(Statement statement, connection.Prepare(kNewestTime));
    ASSIGN_OR_RETURN(bool found, statement.First());
    if (!found) return absl::OkStatus();
    newest = statement.Integer(0);
    before_ms = statement.Integer(1) - keep_ms;
  }
  // The newest row stays in any case: it carries the numbering on.
  int64_t drop_to = 0;
  {
    ASSIGN_OR_RETURN(Statement statement, connection.Prepare(kOldest));
    ASSIGN_OR_RETURN(bool found, statement.First(cursor));
    const int64_t bytes_first = found ? statement.Integer(2) : 0;
    for (int rows = 0; found && rows < kDropRowsMax; ++rows) {
      if (statement.Integer(0) == newest || statement.Integer(1) >= before_ms) break;
      if (statement.Integer(2) - bytes_first > kDropBytesMax) break;
      drop_to = statement.Integer(0);
      ASSIGN_OR_RETURN(found, statement.Step());
    }
  }
  if (drop_to == 0) return absl::OkStatus();
  ASSIGN_OR_RETURN(Statement drop, connection.Prepare(kDrop));
  return drop.Run(drop_to);
}

absl::StatusOr<int64_t> FoldedBytes(Connection& connection, Position cursor, int64_t otherwise) {
  ASSIGN_OR_RETURN(Statement statement, connection.Prepare(kFolded));
  ASSIGN_OR_RETURN(bool found, statement.First(cursor));
  return found ? statement.Integer(0) : otherwise;
}

}  // namespace cartwheel
