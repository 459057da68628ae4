#include "store/sqlite/lease.h"

#include "base/status.h"
#include "fmt/format.h"
#include "store/sqlite/erasures.h"

namespace cartwheel {
namespace {

// One row, by its primary key.
constexpr char kRead[] =
    "SELECT epoch, holder, lease_boot, lease_end, cursor, next_customer, next_message, next_decision, "
    "restored_at, alarms_done_before, back_fill, sweep FROM fold WHERE id = 1";
constexpr char kMarkManualClock[] = "UPDATE fold SET manual_clock = ?1";
constexpr char kManualClock[] = "SELECT manual_clock FROM fold";
constexpr char kEpoch[] = "SELECT epoch FROM fold WHERE id = 1";
constexpr char kTake[] = "UPDATE fold SET epoch = ?1, holder = ?2, lease_boot = ?3, lease_end = ?4 WHERE id = 1";
constexpr char kRelease[] =
    "UPDATE fold SET epoch = epoch + 1, holder = 0, lease_boot = 0, lease_end = 0 WHERE id = 1 AND epoch = ?1";

constexpr char kRestored[] =
    "UPDATE fold SET epoch = epoch + 1, holder = 0, lease_boot = 0, lease_end = 0, restored_at = max(restored_at, ?1) "
    "WHERE id = 1";

absl::Status CheckChanged(Connection& connection, Epoch epoch) {
  if (connection.Changes() == 1) return absl::OkStatus();
  return absl::AbortedError(fmt::format("lease_lost: epoch {} of the fold lease is over", epoch.value()));
}

}  // namespace

absl::StatusOr<FoldState> TakeFoldLease(Connection& connection, uint64_t holder, const LeaseTime& now,
                                        const LeaseTime& end) {
  ASSIGN_OR_RETURN(Transaction transaction, Transaction::Write(connection));
  FoldState state;
  bool mine = false;
  {
    ASSIGN_OR_RETURN(Statement read, connection.Prepare(kRead));
    RETURN_IF_ERROR(read.First().status());
    const uint64_t stored_holder = static_cast<uint64_t>(read.Integer(1));
    const LeaseTime stored_end{.boot = static_cast<uint64_t>(read.Integer(2)), .monotonic_ms = read.Integer(3)};
    mine = stored_holder == holder && holder != 0;
    if (!mine && stored_holder != 0 && !stored_end.LapsedAt(now)) {
      return absl::UnavailableError(fmt::format("another worker holds the fold lease for {} ms more",
                                                stored_end.monotonic_ms - now.monotonic_ms));
    }
    state = FoldState{.epoch = Epoch(read.Integer(0)),
                      .cursor = Position(read.Integer(4)),
                      .next_customer = CustomerRow(read.Integer(5)),
                      .next_message = MessageId(read.Integer(6)),
                      .next_decision = DecisionId(read.Integer(7)),
                      .restored_at_ms = read.Integer(8),
                      .alarms_done_before_ms = read.Integer(9),
                      .back_fill = read.Bytes(10),
                      .sweep = read.Bytes(11)};
  }
  ASSIGN_OR_RETURN(state.erasures, AnyErasure(connection));
  ASSIGN_OR_RETURN(state.newest_erasure, ReadNewestErasure(connection));
  if (!mine) ++state.epoch;
  {
    ASSIGN_OR_RETURN(Statement take, connection.Prepare(kTake));
    RETURN_IF_ERROR(take.Run(state.epoch, static_cast<int64_t>(holder), BootColumn(end.boot), end.monotonic_ms));
  }
  RETURN_IF_ERROR(transaction.Commit());
  return state;
}

absl::Status ReleaseFoldLease(Connection& connection, Epoch epoch) {
  ASSIGN_OR_RETURN(Transaction transaction, Transaction::Write(connection));
  ASSIGN_OR_RETURN(Statement release, connection.Prepare(kRelease));
  RETURN_IF_ERROR(release.Run(epoch));
  RETURN_IF_ERROR(CheckChanged(connection, epoch));
  return transaction.Commit();
}

absl::Status MarkFoldRestored(Connection& connection, int64_t now_ms) {
  ASSIGN_OR_RETURN(Transaction transaction, Transaction::Write(connection));
  ASSIGN_OR_RETURN(Statement restored, connection.Prepare(kRestored));
  RETURN_IF_ERROR(restored.Run(now_ms));
  return transaction.Commit();
}

absl::Status MarkManualClock(Connection& connection, bool manual) {
  ASSIGN_OR_RETURN(Transaction transaction, Transaction::Write(connection));
  ASSIGN_OR_RETURN(Statement mark, connection.Prepare(kMarkManualClock));
  RETURN_IF_ERROR(mark.Run(manual ? 1 : 0));
  return transaction.Commit();
}

absl::StatusOr<bool> ReadManualClock(Connection& connection) {
  ASSIGN_OR_RETURN(Statement read, connection.Prepare(kManualClock));
  RETURN_IF_ERROR(read.First().status());
  return read.Integer(0) != 0;
}

absl::StatusOr<Epoch> ReadEpoch(Connection& connection) {
  ASSIGN_OR_RETURN(Statement read, connection.Prepare(kEpoch));
  RETURN_IF_ERROR(read.First().status());
  return Epoch(read.Integer(0));
}

}  // namespace cartwheel
