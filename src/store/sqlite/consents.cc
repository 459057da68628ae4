#include "store/sqlite/consents.h"

#include "base/status.h"

namespace cartwheel {
namespace {

#define CARTWHEEL_CONSENT_COLUMNS                                                                                     \
  "customer, position, at, ingested_at, counts, undated, who, type, medium, scope, topic, place, wording, evidence, " \
  "actor, address, message, utc_offset"

constexpr char kAdd[] = "INSERT INTO consent(" CARTWHEEL_CONSENT_COLUMNS
                        ") VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)";
// Index consent_customer, both.
constexpr char kMoveOwner[] = "UPDATE consent SET customer = ?2 WHERE customer = ?1";
constexpr char kTakeOut[] =
    "UPDATE consent SET who = ?2, actor = '', address = '', message = '' WHERE customer = ?1 AND position <= ?3 AND at "
    "<= ?4";
constexpr char kList[] = "SELECT " CARTWHEEL_CONSENT_COLUMNS ", id FROM consent WHERE id > ?1 ORDER BY id LIMIT ?2";
constexpr char kListOne[] =  // the same index
    "SELECT " CARTWHEEL_CONSENT_COLUMNS ", id FROM consent WHERE customer = ?3 AND id > ?1 ORDER BY id LIMIT ?2";

ConsentRow Read(Statement& list) {
  ConsentRow row;
  row.customer = CustomerRow(list.Integer(0));
  row.position = Position(list.Integer(1));
  row.at_ms = list.Integer(2);
  row.ingested_at_ms = list.Integer(3);
  row.counts = list.Integer(4) != 0;
  row.undated = list.Integer(5) != 0;
  int column = 6;
  for (std::string* text : {&row.who, &row.type, &row.medium, &row.scope, &row.topic, &row.where, &row.wording,
                            &row.evidence, &row.actor, &row.address, &row.message, &row.offset})
    *text = list.Bytes(column++);
  row.id = ConsentId(list.Integer(column));
  return row;
}

}  // namespace

absl::Status WriteConsents(Connection& connection, const FoldWrite& write) {
  if (!write.consents.empty()) {
    ASSIGN_OR_RETURN(Statement add, connection.Prepare(kAdd));
    for (const ConsentRow& c : write.consents)
      RETURN_IF_ERROR(add.Run(c.customer, c.position, c.at_ms, c.ingested_at_ms, int64_t{c.counts}, int64_t{c.undated},
                              c.who, c.type, c.medium, c.scope, c.topic, c.where, c.wording, c.evidence, c.actor,
                              c.address, c.message, c.offset));
  }
  for (const ConsentChange& change : write.consent_changes) {
    ASSIGN_OR_RETURN(Statement statement, connection.Prepare(change.to ? kMoveOwner : kTakeOut));
    RETURN_IF_ERROR(change.to
                        ? statement.Run(change.customer, change.to)
                        : statement.Run(change.customer, change.proof, change.through_position, change.through_at_ms));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<ConsentRow>> ListConsents(Connection& connection, CustomerRow customer, ConsentId after_id,
                                                     size_t limit) {
  std::vector<ConsentRow> rows;
  ASSIGN_OR_RETURN(Statement list, connection.Prepare(customer ? kListOne : kList));
  absl::StatusOr<bool> found = customer ? list.First(after_id, static_cast<int64_t>(limit), customer)
                                        : list.First(after_id, static_cast<int64_t>(limit));
  for (; found.ok() && *found; found = list.Step()) rows.push_back(Read(list));
  RETURN_IF_ERROR(found.status());
  return rows;
}

}  // namespace cartwheel
