#include "store/sqlite/messages.h"

#include "base/status.h"
#include "fmt/format.h"
#include "store/sqlite/message_bodies.h"

namespace cartwheel {
namespace {

// By the primary key.
constexpr char kFind[] = "SELECT " CARTWHEEL_MESSAGE_COLUMNS " FROM message WHERE id = ?1";
constexpr char kInsert[] = "INSERT INTO message(" CARTWHEEL_MESSAGE_COLUMNS
                           ") VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, "
                           "?19, ?20, ?21, ?22, ?23)";
constexpr char kUpdate[] =
    "UPDATE message SET state = ?2, not_before = ?3, attempts = ?4, token = ?5, first_handed = ?6, revoked = ?7, "
    "lease_boot = ?8, lease_end = ?9, settled_at = ?10, reason = ?11, uncertain = ?12, idempotency = ?13, "
    "reason_detail = ?14 WHERE id = ?1";

int64_t Number(MessageState state) { return static_cast<int64_t>(state); }

MessageRow ReadColumns(const Statement& s) {
  MessageRow row;
  row.id = MessageId(s.Integer(0));
  row.customer = CustomerRow(s.Integer(1));
  row.message_class = static_cast<MessageClass>(s.Integer(2));
  row.channel = s.Bytes(3);
  row.purpose = s.Bytes(4);
  row.medium = s.Bytes(5);
  row.made_at_ms = s.Integer(6);
  row.expires_at_ms = s.Integer(7);
  row.state = static_cast<MessageState>(s.Integer(8));
  row.not_before_ms = s.Integer(9);
  row.attempts = static_cast<int32_t>(s.Integer(10));
  row.token = ClaimToken(s.Integer(11));
  row.first_handed_ms = s.Integer(12);
  row.revoked = s.Integer(13) != 0;
  row.lease = LeaseTime{.boot = static_cast<uint64_t>(s.Integer(14)), .monotonic_ms = s.Integer(15)};
  row.settled_at_ms = s.Integer(16);
  row.reason = static_cast<Reason>(s.Integer(17));
  row.fresh_until_ms = s.Integer(18);
  row.uncertain = s.Integer(19) != 0;
  row.idempotency_ms = s.Integer(20);
  row.reason_detail = s.Bytes(21);
  row.link = static_cast<uint64_t>(s.Integer(22));
  return row;
}

absl::Status ReadBodies(Connection& connection, std::vector<MessageRow>& rows) {
  BodyReader bodies(connection);
  for (MessageRow& row : rows) {
    ASSIGN_OR_RETURN(std::string_view body, bodies.Read(row.id));
    row.body = body;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<MessageRow>> ReadMessages(Connection& connection, Statement& statement, bool found) {
  std::vector<MessageRow> rows;
  while (found) {
    rows.push_back(ReadColumns(statement));
    ASSIGN_OR_RETURN(found, statement.Step());
  }
  RETURN_IF_ERROR(ReadBodies(connection, rows));
  return rows;
}

absl::StatusOr<std::vector<MessageRow>> FindMessages(Connection& connection, absl::Span<const MessageId> ids) {
  std::vector<MessageRow> rows;
  rows.reserve(ids.size());
  ASSIGN_OR_RETURN(Statement statement, connection.Prepare(kFind));
  for (MessageId id : ids) {
    ASSIGN_OR_RETURN(bool found, statement.First(id));
    if (found) rows.push_back(ReadColumns(statement));
  }
  RETURN_IF_ERROR(ReadBodies(connection, rows));
  return rows;
}

absl::Status InsertMessages(Connection& connection, const std::vector<MessageRow>& messages) {
  if (messages.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(Statement insert, connection.Prepare(kInsert));
  for (const MessageRow& m : messages) {
    RETURN_IF_ERROR(insert.Run(m.id, m.customer, static_cast<int64_t>(m.message_class), m.channel, m.purpose, m.medium,
                               m.made_at_ms, m.expires_at_ms, Number(m.state), m.not_before_ms, m.attempts, m.token,
                               m.first_handed_ms, m.revoked, BootColumn(m.lease.boot), m.lease.monotonic_ms,
                               m.settled_at_ms, static_cast<int64_t>(m.reason), m.fresh_until_ms, m.uncertain,
                               m.idempotency_ms, m.reason_detail, static_cast<int64_t>(m.link)));
  }
  return InsertMessageBodies(connection, messages);
}

absl::Status UpdateMessages(Connection& connection, const std::vector<MessageRow>& messages) {
  if (messages.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(Statement update, connection.Prepare(kUpdate));
  for (const MessageRow& m : messages) {
    RETURN_IF_ERROR(update.Run(m.id, Number(m.state), m.not_before_ms, m.attempts, m.token, m.first_handed_ms,
                               m.revoked, BootColumn(m.lease.boot), m.lease.monotonic_ms, m.settled_at_ms,
                               static_cast<int64_t>(m.reason), m.uncertain, m.idempotency_ms, m.reason_detail));
    if (connection.Changes() != 1) {
      return absl::InternalError(fmt::format("message {} is not in the outbox, it cannot be changed", m.id.value()));
    }
  }
  return absl::OkStatus();
}

}  // namespace cartwheel
