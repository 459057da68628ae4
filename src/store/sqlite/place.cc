#include "store/sqlite/place.h"

#include "base/status.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

constexpr char kRead[] = "SELECT place FROM fold WHERE id = 1";
constexpr char kSettle[] = "UPDATE fold SET place = ?1 WHERE id = 1 AND place = 0";
constexpr char kMove[] = "UPDATE fold SET place = ?1 WHERE id = 1";

absl::Status Write(Connection& connection, const char* sql, int64_t place) {
  ASSIGN_OR_RETURN(Statement write, connection.Prepare(sql));
  return write.Run(place);
}

}  // namespace

int64_t PlaceOf(const HashKey& key, const StoreOptions& options, uint64_t inode) {
  const std::string name = options.deployment.empty() ? fmt::format("file {} of {}", inode, options.machine)
                                                      : "deployment " + options.deployment;
  return static_cast<int64_t>(SipHash(key, name) | 1);
}

absl::Status SettlePlace(Connection& connection, int64_t place) {
  {
    ASSIGN_OR_RETURN(Transaction transaction, Transaction::Read(connection));
    ASSIGN_OR_RETURN(const int64_t stored, ReadPlace(connection));
    if (stored != 0) return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(Transaction transaction, Transaction::Write(connection));
  RETURN_IF_ERROR(Write(connection, kSettle, place));
  return transaction.Commit();
}

absl::Status MovePlace(Connection& connection, int64_t place) { return Write(connection, kMove, place); }

absl::StatusOr<int64_t> ReadPlace(Connection& connection) {
  ASSIGN_OR_RETURN(Statement read, connection.Prepare(kRead));
  RETURN_IF_ERROR(read.First().status());
  return read.Integer(0);
}

}  // namespace cartwheel
