#include "store/sqlite/erasures.h"

#include <algorithm>

#include "base/compress.h"
#include "base/status.h"
#include "fmt/format.h"
#include "store/message_states.h"
#include "store/sqlite/messages.h"

namespace cartwheel {
namespace {

#define CARTWHEEL_ERASURE_COLUMNS "customer, merged, keys, erased_at, filed_at, through, message_to, trail, done_at"

// All by the primary key, but where an index is named.
constexpr char kAdd[] = "INSERT INTO erasure(" CARTWHEEL_ERASURE_COLUMNS ") VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
constexpr char kAny[] =
    "SELECT EXISTS(SELECT 1 FROM erasure) OR EXISTS(SELECT 1 FROM alias WHERE key >= x'68' AND key < x'69')";
constexpr char kNewest[] = "SELECT coalesce(max(id), 0) FROM erasure";
constexpr char kList[] = "SELECT " CARTWHEEL_ERASURE_COLUMNS ", id FROM erasure WHERE id > ?1 ORDER BY id LIMIT ?2";
// Index erasure_pending.
constexpr char kListPending[] =
    "SELECT " CARTWHEEL_ERASURE_COLUMNS ", id FROM erasure WHERE done_at = 0 AND id > ?1 ORDER BY id LIMIT ?2";
constexpr char kPending[] = "SELECT count(*), coalesce(min(filed_at), 0) FROM erasure WHERE done_at = 0";  // the same
constexpr char kDone[] = "UPDATE erasure SET done_at = ?2 WHERE done_at = 0 AND id <= ?1";                 // the same
constexpr char kCheckEpoch[] = "SELECT 1 FROM fold WHERE id = 1 AND epoch = ?1";
constexpr char kSetState[] = "UPDATE fold SET sweep = ?1 WHERE id = 1";
constexpr char kSetLog[] = "UPDATE log SET data = ?2 WHERE last = ?1";
constexpr char kSetDecision[] = "UPDATE decision SET data = ?2 WHERE id = ?1";

absl::Status CheckEpoch(Connection& connection, Epoch epoch) {
  ASSIGN_OR_RETURN(Statement check, connection.Prepare(kCheckEpoch));
  ASSIGN_OR_RETURN(bool ours, check.First(epoch.value()));
  if (ours) return absl::OkStatus();
  return absl::AbortedError(
      fmt::format("lease_lost: epoch {} of the fold lease is over, nothing was committed", epoch.value()));
}

}  // namespace

absl::Status FileErasures(Connection& connection, const std::vector<ErasureRow>& erasures) {
  if (erasures.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(Statement add, connection.Prepare(kAdd));
  for (const ErasureRow& row : erasures)
    RETURN_IF_ERROR(add.Run(row.customer.value(), Blob{row.merged}, Blob{row.keys}, row.erased_at_ms, row.filed_at_ms,
                            row.through.value(), row.message_to.value(), row.trail.value(), row.done_at_ms));
  return absl::OkStatus();
}

absl::StatusOr<bool> AnyErasure(Connection& connection) {
  ASSIGN_OR_RETURN(Statement any, connection.Prepare(kAny));
  RETURN_IF_ERROR(any.First().status());
  return any.Integer(0) != 0;
}

absl::StatusOr<ErasureId> ReadNewestErasure(Connection& connection) {
  ASSIGN_OR_RETURN(Statement newest, connection.Prepare(kNewest));
  RETURN_IF_ERROR(newest.First().status());
  return ErasureId(newest.Integer(0));
}

absl::StatusOr<std::vector<ErasureRow>> ListErasures(Connection& connection, ErasureId after_id, bool pending,
                                                     size_t limit) {
  std::vector<ErasureRow> rows;
  ASSIGN_OR_RETURN(Statement list, connection.Prepare(pending ? kListPending : kList));
  ASSIGN_OR_RETURN(bool found, list.First(after_id.value(), static_cast<int64_t>(limit)));
  while (found) {
    rows.push_back({.id = ErasureId(list.Integer(9)),
                    .customer = CustomerRow(list.Integer(0)),
                    .merged = list.Bytes(1),
                    .keys = list.Bytes(2),
                    .erased_at_ms = list.Integer(3),
                    .filed_at_ms = list.Integer(4),
                    .through = Position(list.Integer(5)),
                    .message_to = MessageId(list.Integer(6)),
                    .trail = DecisionLink(list.Integer(7)),
                    .done_at_ms = list.Integer(8)});
    ASSIGN_OR_RETURN(found, list.Step());
  }
  return rows;
}

absl::StatusOr<std::vector<MessageOwner>> ListOwners(Connection& connection, MessageId after, size_t limit) {
  std::vector<MessageOwner> owners;
  if (limit == 0) return owners;
  Blocks blocks(connection);
  RETURN_IF_ERROR(WalkMessages(blocks, after, kAllStates, [&](const Place& place) -> absl::StatusOr<bool> {
    ASSIGN_OR_RETURN(const HeadOfMessage* head, blocks.Head(place));
    const StateOfMessage& state = place.state();
    owners.push_back({.message = place.id(),
                      .customer = CustomerRow(head->customer),
                      .made_at_ms = head->made_at_ms,
                      .may_leave = IsOpen(state.message_state()) && state.revoked == 0});
    return owners.size() < limit;
  }));
  return owners;
}

absl::StatusOr<PendingErasures> CountPending(Connection& connection) {
  ASSIGN_OR_RETURN(Statement pending, connection.Prepare(kPending));
  RETURN_IF_ERROR(pending.First().status());
  return PendingErasures{pending.Integer(0), pending.Integer(1)};
}

absl::Status CommitSweepSlice(Connection& connection, const SweepWrite& write) {
  ASSIGN_OR_RETURN(Transaction transaction, Transaction::Write(connection));
  RETURN_IF_ERROR(CheckEpoch(connection, write.epoch));
  ASSIGN_OR_RETURN(Statement set_log, connection.Prepare(kSetLog));
  for (const auto& row : write.log) RETURN_IF_ERROR(set_log.Run(row.id, Blob{row.data}));
  ASSIGN_OR_RETURN(Statement set_decision, connection.Prepare(kSetDecision));
  for (const auto& row : write.decisions) RETURN_IF_ERROR(set_decision.Run(row.id, Blob{Compress(row.data)}));
  Blocks blocks(connection);
  RETURN_IF_ERROR(ReplaceBodies(blocks, write.bodies));
  if (write.done_through) {
    ASSIGN_OR_RETURN(Statement done, connection.Prepare(kDone));
    RETURN_IF_ERROR(done.Run(write.done_through.value(), write.done_at_ms));
  }
  ASSIGN_OR_RETURN(Statement state, connection.Prepare(kSetState));
  RETURN_IF_ERROR(state.Run(Blob{write.state}));
  return transaction.Commit();
}

}  // namespace cartwheel
