#include "store/sqlite/accesses.h"

#include "base/status.h"

namespace cartwheel {
namespace {

constexpr char kAdd[] = "INSERT INTO access(at, actor, reason, query, subject) VALUES(?1, ?2, ?3, ?4, ?5)";
// By the primary key: rows are few, and a subject is asked for by an auditor.
constexpr char kList[] =
    "SELECT id, at, actor, reason, query, subject FROM access WHERE id > ?1 AND (?2 = x'' OR subject = ?2) "
    "ORDER BY id LIMIT ?3";

}  // namespace

absl::Status AddAccess(Connection& connection, const AccessRow& row) {
  ASSIGN_OR_RETURN(Transaction transaction, Transaction::Write(connection));
  {
    ASSIGN_OR_RETURN(Statement add, connection.Prepare(kAdd));
    RETURN_IF_ERROR(add.Run(row.at_ms, row.actor, row.reason, row.query, Blob{row.subject}));
  }
  return transaction.Commit();
}

absl::StatusOr<std::vector<AccessRow>> ListAccesses(Connection& connection, AccessId after_id,
                                                    const std::string& subject, size_t limit) {
  std::vector<AccessRow> rows;
  ASSIGN_OR_RETURN(Statement list, connection.Prepare(kList));
  ASSIGN_OR_RETURN(bool found, list.First(after_id.value(), Blob{subject}, static_cast<int64_t>(limit)));
  while (found) {
    rows.push_back({.id = AccessId(list.Integer(0)),
                    .at_ms = list.Integer(1),
                    .actor = list.Bytes(2),
                    .reason = list.Bytes(3),
                    .query = list.Bytes(4),
                    .subject = list.Bytes(5)});
    ASSIGN_OR_RETURN(found, list.Step());
  }
  return rows;
}

}  // namespace cartwheel
