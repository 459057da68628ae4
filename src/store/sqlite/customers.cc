// What the fold reads of customers: the rows behind identity keys, the rows themselves, and the alarms. Point look-ups
// by one prepared statement each; SQLite answers about half a million a second from its cache.
#include "base/status.h"
#include "store/sqlite/fold.h"

namespace cartwheel {
namespace {

// All by the primary key.
constexpr char kResolve[] = "SELECT customer FROM alias WHERE key = ?1";
constexpr char kLoad[] = "SELECT data FROM customer WHERE id = ?1";
constexpr char kAlarms[] =
    "SELECT hour, customer, due_at FROM alarm WHERE hour >= ?1 AND hour < ?2 ORDER BY hour, customer";
constexpr char kFirstAlarm[] =
    "SELECT hour, customer, due_at FROM alarm WHERE hour = (SELECT min(hour) FROM alarm WHERE hour >= ?1) "
    "ORDER BY due_at, customer LIMIT 1";

AlarmEntry AlarmOf(const Statement& statement) {
  return AlarmEntry{.hour = statement.Integer(0), .customer = statement.Integer(1), .due_at_ms = statement.Integer(2)};
}

}  // namespace

absl::StatusOr<std::vector<int64_t>> ResolveKeys(Connection& connection, absl::Span<const std::string> keys) {
  std::vector<int64_t> rows;
  rows.reserve(keys.size());
  ASSIGN_OR_RETURN(Statement statement, connection.Prepare(kResolve));
  for (const std::string& key : keys) {
    ASSIGN_OR_RETURN(bool found, statement.First(Blob{key}));
    rows.push_back(found ? statement.Integer(0) : 0);
  }
  return rows;
}

absl::StatusOr<std::vector<std::string>> LoadCustomers(Connection& connection, absl::Span<const int64_t> rows) {
  std::vector<std::string> customers;
  customers.reserve(rows.size());
  ASSIGN_OR_RETURN(Statement statement, connection.Prepare(kLoad));
  for (int64_t row : rows) {
    ASSIGN_OR_RETURN(bool found, statement.First(row));
    customers.push_back(found ? statement.Bytes(0) : std::string());
  }
  return customers;
}

absl::StatusOr<std::vector<AlarmEntry>> ReadAlarms(Connection& connection, int64_t from_hour, int64_t before_hour) {
  std::vector<AlarmEntry> alarms;
  ASSIGN_OR_RETURN(Statement statement, connection.Prepare(kAlarms));
  ASSIGN_OR_RETURN(bool found, statement.First(from_hour, before_hour));
  while (found) {
    alarms.push_back(AlarmOf(statement));
    ASSIGN_OR_RETURN(found, statement.Step());
  }
  return alarms;
}

absl::StatusOr<std::optional<AlarmEntry>> ReadFirstAlarm(Connection& connection, int64_t from_hour) {
  ASSIGN_OR_RETURN(Statement statement, connection.Prepare(kFirstAlarm));
  ASSIGN_OR_RETURN(bool found, statement.First(from_hour));
  if (!found) return std::optional<AlarmEntry>();
  return std::optional<AlarmEntry>(AlarmOf(statement));
}

}  // namespace cartwheel
