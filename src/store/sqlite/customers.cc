#include "store/sqlite/customers.h"

#include "base/status.h"

namespace cartwheel {
namespace {

// All by the primary key.
constexpr char kResolve[] = "SELECT customer FROM alias WHERE key = ?1";
constexpr char kLoad[] = "SELECT data FROM customer WHERE id = ?1";

}  // namespace

absl::StatusOr<std::vector<CustomerRow>> ResolveKeys(Connection& connection, absl::Span<const std::string> keys) {
  std::vector<CustomerRow> rows;
  rows.reserve(keys.size());
  ASSIGN_OR_RETURN(Statement statement, connection.Prepare(kResolve));
  for (const std::string& key : keys) {
    ASSIGN_OR_RETURN(bool found, statement.First(Blob{key}));
    rows.push_back(CustomerRow(found ? statement.Integer(0) : 0));
  }
  return rows;
}

absl::StatusOr<std::vector<std::string>> LoadCustomers(Connection& connection, absl::Span<const CustomerRow> rows) {
  std::vector<std::string> customers;
  customers.reserve(rows.size());
  ASSIGN_OR_RETURN(Statement statement, connection.Prepare(kLoad));
  for (CustomerRow row : rows) {
    ASSIGN_OR_RETURN(bool found, statement.First(row));
    customers.push_back(found ? statement.Bytes(0) : std::string());
  }
  return customers;
}

}  // namespace cartwheel
