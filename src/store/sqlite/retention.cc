#include "store/sqlite/retention.h"

#include "base/status.h"
#include "store/sqlite/messages.h"

namespace cartwheel {
namespace {

constexpr char kNewest[] = "SELECT ingested_at FROM log ORDER BY last DESC LIMIT 1";

// By the primary key, whose order is that of arrival: rows are dropped up to the first that is to stay.
struct OldEnd {
  int64_t KeepSpans::*span;
  const char* list;  // id, whether it is older than ?1; at most ?2
  const char* drop;  // up to ?1
};
constexpr OldEnd kOldEnds[] = {
    {&KeepSpans::decisions_ms, "SELECT id, at < ?1 FROM decision ORDER BY id LIMIT ?2",
     "DELETE FROM decision WHERE id <= ?1"},
    {&KeepSpans::findings_ms, "SELECT id, at < ?1 FROM refused ORDER BY id LIMIT ?2",
     "DELETE FROM refused WHERE id <= ?1"},
    {&KeepSpans::findings_ms, "SELECT id, at < ?1 FROM warning ORDER BY id LIMIT ?2",
     "DELETE FROM warning WHERE id <= ?1"},
    {&KeepSpans::accesses_ms, "SELECT id, at < ?1 FROM access ORDER BY id LIMIT ?2",
     "DELETE FROM access WHERE id <= ?1"},
};
// Index consent_erased.
constexpr char kDropConsents[] =
    "DELETE FROM consent WHERE id IN (SELECT id FROM consent WHERE who GLOB '#*' AND ingested_at < ?1 LIMIT ?2)";

absl::StatusOr<bool> DropFromOldEnd(Connection& connection, const OldEnd& table, int64_t before_ms, int64_t limit) {
  int64_t drop_to = 0, dropped = 0;
  {
    ASSIGN_OR_RETURN(Statement list, connection.Prepare(table.list));
    ASSIGN_OR_RETURN(bool found, list.First(before_ms, limit));
    while (found && list.Integer(1) != 0) {
      drop_to = list.Integer(0);
      ++dropped;
      ASSIGN_OR_RETURN(found, list.Step());
    }
  }
  if (dropped == 0) return false;
  ASSIGN_OR_RETURN(Statement drop, connection.Prepare(table.drop));
  RETURN_IF_ERROR(drop.Run(drop_to));
  return dropped == limit;
}

}  // namespace

absl::StatusOr<bool> DropOldRows(Connection& connection, const KeepSpans& keep, size_t limit) {
  int64_t newest_ms = 0;
  {
    ASSIGN_OR_RETURN(Statement newest, connection.Prepare(kNewest));
    ASSIGN_OR_RETURN(const bool found, newest.First());
    if (!found) return false;
    newest_ms = newest.Integer(0);
  }
  const auto rows = static_cast<int64_t>(limit);
  bool more = false;
  for (const OldEnd& table : kOldEnds) {
    if (keep.*table.span == 0) continue;
    ASSIGN_OR_RETURN(const bool more_of_it, DropFromOldEnd(connection, table, newest_ms - keep.*table.span, rows));
    more |= more_of_it;
  }
  if (keep.messages_ms != 0) {
    ASSIGN_OR_RETURN(const bool more_messages, DropOldMessages(connection, newest_ms - keep.messages_ms, limit));
    more |= more_messages;
  }
  if (keep.consents_ms == 0) return more;
  ASSIGN_OR_RETURN(Statement drop, connection.Prepare(kDropConsents));
  RETURN_IF_ERROR(drop.Run(newest_ms - keep.consents_ms, rows));
  return more || connection.Changes() == rows;
}

}  // namespace cartwheel
