#include "store/sqlite/commit.h"

#include <algorithm>
#include <cassert>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "base/compress.h"
#include "base/status.h"
#include "base/time.h"
#include "cartwheel/limits.h"
#include "fmt/format.h"
#include "store/breach.h"
#include "store/sqlite/alarms.h"
#include "store/sqlite/consents.h"
#include "store/sqlite/erasures.h"
#include "store/sqlite/log.h"
#include "store/sqlite/messages.h"

namespace cartwheel {
namespace {

// All by the primary key.
constexpr char kFold[] =
    "UPDATE fold SET lease_boot = ?2, lease_end = ?3, cursor = ?4, next_customer = max(next_customer, ?5), "
    "next_message = max(next_message, ?6), next_decision = max(next_decision, ?7), alarms_done_before = ?8 WHERE id = "
    "1 AND epoch = ?1";
constexpr char kSetBackFill[] = "UPDATE fold SET back_fill = ?1 WHERE id = 1";
constexpr char kReadFoldedBytes[] = "SELECT folded_bytes FROM fold WHERE id = 1";
constexpr char kSetFoldedBytes[] = "UPDATE fold SET folded_bytes = ?1 WHERE id = 1";
constexpr char kAddDecision[] = "INSERT INTO decision(id, at, data) VALUES(?1, ?2, ?3)";
constexpr char kAddRefused[] =
    "INSERT INTO refused(position, at, code, customer, event_id, message) VALUES(?1, ?2, ?3, ?4, ?5, ?6)";
constexpr char kRefusedOf[] = "SELECT id, customer FROM refused WHERE customer <> ''";  // a pass over them all
constexpr char kForget[] = "UPDATE refused SET customer = '', event_id = '' WHERE id = ?1";
constexpr char kAddWarning[] =
    "INSERT INTO warning(position, at, type, code, field, value, expected, customer, event_id) VALUES(?1, ?2, ?3, ?4, "
    "?5, ?6, ?7, ?8, ?9)";
constexpr char kWarnedOf[] = "SELECT id, customer FROM warning WHERE customer <> ''";  // the same
constexpr char kForgetWarned[] = "UPDATE warning SET customer = '', event_id = '', value = '' WHERE id = ?1";
constexpr char kTrimWarnings[] = "DELETE FROM warning WHERE id <= (SELECT max(id) FROM warning) - ?1";
constexpr char kTrimRefused[] = "DELETE FROM refused WHERE id <= (SELECT max(id) FROM refused) - ?1";
constexpr char kAddCounter[] =
    "INSERT INTO counter(metric, journey, step, variant, reason, detail, day, count, value) VALUES(?1, ?2, ?3, ?4, ?5, "
    "?6, ?7, ?8, ?9) ON CONFLICT DO UPDATE SET count = count + excluded.count, value = value + excluded.value";

// The elements in the order of `key`, without copying them; of equal keys the later one stays after the earlier.
template <typename T, typename Key>
std::vector<T*> Sorted(std::vector<T>& items, Key key) {
  std::vector<T*> sorted;
  sorted.reserve(items.size());
  for (T& item : items) sorted.push_back(&item);
  std::stable_sort(sorted.begin(), sorted.end(), [&](const T* a, const T* b) { return key(*a) < key(*b); });
  return sorted;
}

template <typename T, typename Number>
Number NextAfter(const std::vector<T>& items, Number T::*number) {
  Number highest;
  for (const T& item : items) highest = std::max(highest, item.*number);
  return highest.Next();
}

absl::Status MoveCursor(Connection& connection, const FoldWrite& write) {
  ASSIGN_OR_RETURN(Statement fold, connection.Prepare(kFold));
  RETURN_IF_ERROR(fold.Run(write.epoch, BootColumn(write.lease_end.boot), write.lease_end.monotonic_ms, write.cursor,
                           NextAfter(write.customers, &StoredCustomer::row), NextAfter(write.messages, &MessageRow::id),
                           NextAfter(write.decisions, &DecisionRow::id), write.alarms_done_before_ms));
  if (connection.Changes() == 1) return absl::OkStatus();
  return absl::AbortedError(
      fmt::format("lease_lost: epoch {} of the fold lease is over, nothing was committed", write.epoch.value()));
}

absl::Status UpdateFoldedBytes(Connection& connection, Position cursor) {
  int64_t stored = 0;
  {
    ASSIGN_OR_RETURN(Statement read, connection.Prepare(kReadFoldedBytes));
    RETURN_IF_ERROR(read.First().status());
    stored = read.Integer(0);
  }
  ASSIGN_OR_RETURN(int64_t folded, FoldedBytes(connection, cursor, stored));
  if (folded == stored) return absl::OkStatus();
  ASSIGN_OR_RETURN(Statement set, connection.Prepare(kSetFoldedBytes));
  return set.Run(folded);
}

absl::Status WriteOutbox(Connection& connection, const FoldWrite& write) {
  RETURN_IF_ERROR(InsertMessages(connection, write.messages));
  Blocks blocks(connection);
  RETURN_IF_ERROR(MoveMessages(blocks, write.moves));
  return RevokeMessages(blocks, write.revocations);
}

absl::Status WriteWarnings(Connection& connection, const FoldWrite& write) {
  if (write.warnings.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(Statement add, connection.Prepare(kAddWarning));
  for (const WarningRow& w : write.warnings)
    RETURN_IF_ERROR(add.Run(w.position, w.at_ms, w.type, w.code, w.field, w.value, w.expected, w.customer, w.event_id));
  ASSIGN_OR_RETURN(Statement trim, connection.Prepare(kTrimWarnings));
  return trim.Run(static_cast<int64_t>(kWarningsKeptMax));
}

// Blanks the rows of a list whose customers are named. One pass, however many they are.
absl::Status ForgetNamed(Connection& connection, const char* list_sql, const char* blank_sql,
                         const absl::flat_hash_set<std::string>& ids) {
  std::vector<int64_t> rows;
  {
    ASSIGN_OR_RETURN(Statement list, connection.Prepare(list_sql));
    ASSIGN_OR_RETURN(bool found, list.First());
    while (found) {
      if (ids.contains(list.Bytes(1))) rows.push_back(list.Integer(0));
      ASSIGN_OR_RETURN(found, list.Step());
    }
  }
  ASSIGN_OR_RETURN(Statement blank, connection.Prepare(blank_sql));
  for (int64_t row : rows) RETURN_IF_ERROR(blank.Run(row));
  return absl::OkStatus();
}

absl::Status WriteRecords(Connection& connection, const FoldWrite& write) {
  ASSIGN_OR_RETURN(Statement decision, connection.Prepare(kAddDecision));
  for (const DecisionRow& d : write.decisions) {
    RETURN_IF_ERROR(decision.Run(d.id, d.at_ms, Blob{Compress(d.data)}));
  }
  ASSIGN_OR_RETURN(Statement add, connection.Prepare(kAddCounter));
  for (const CounterRow& row : write.counters) {
    const Counter& c = row.counter;
    RETURN_IF_ERROR(add.Run(static_cast<int64_t>(c.metric), c.journey, c.step, c.variant,
                            static_cast<int64_t>(c.reason), c.detail, c.day, row.count, row.value));
  }
  if (!write.forgotten.empty()) {
    const absl::flat_hash_set<std::string> ids(write.forgotten.begin(), write.forgotten.end());
    RETURN_IF_ERROR(ForgetNamed(connection, kRefusedOf, kForget, ids));
    RETURN_IF_ERROR(ForgetNamed(connection, kWarnedOf, kForgetWarned, ids));
  }
  RETURN_IF_ERROR(WriteWarnings(connection, write));
  if (write.refused.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(Statement refused, connection.Prepare(kAddRefused));
  for (const RefusedRow& r : write.refused) {
    RETURN_IF_ERROR(refused.Run(r.position, r.at_ms, r.code, r.customer, r.event_id, r.message));
  }
  ASSIGN_OR_RETURN(Statement trim, connection.Prepare(kTrimRefused));
  return trim.Run(static_cast<int64_t>(kRefusedKeptMax));
}

}  // namespace

absl::Status CommitFold(Connection& connection, FoldWrite& write, int64_t log_keep_ms, WriteBack& write_back) {
  assert(FindBreach(write).empty());
  // Sorted before the write lock is taken.
  const auto customers = Sorted(write.customers, [](const auto& customer) { return customer.row; });
  const auto aliases = Sorted(write.aliases, [](const auto& alias) { return std::string_view(alias.key); });
  const auto alarms = Sorted(write.alarms, [](const auto& alarm) { return std::pair(alarm.hour, alarm.customer); });

  ASSIGN_OR_RETURN(Transaction transaction, Transaction::Write(connection));
  RETURN_IF_ERROR(MoveCursor(connection, write));
  RETURN_IF_ERROR(UpdateFoldedBytes(connection, write.cursor));
  if (write.back_fill) {
    ASSIGN_OR_RETURN(Statement set, connection.Prepare(kSetBackFill));
    RETURN_IF_ERROR(set.Run(Blob{*write.back_fill}));
  }
  if (!write_back.KnowsFor(write.epoch)) RETURN_IF_ERROR(write_back.Recover(connection, write.epoch));
  RETURN_IF_ERROR(write_back.Write(connection, customers, aliases));
  RETURN_IF_ERROR(DropAlarms(connection, write.alarms_done_before_ms / kHourMs));
  RETURN_IF_ERROR(FileAlarms(connection, alarms));
  RETURN_IF_ERROR(WriteOutbox(connection, write));
  RETURN_IF_ERROR(WriteRecords(connection, write));
  RETURN_IF_ERROR(WriteConsents(connection, write));
  RETURN_IF_ERROR(FileErasures(connection, write.erasures));
  if (write.append) {  // log_bytes_max does not bind it: a fold that could not commit would never make room
    ASSIGN_OR_RETURN(const LogHead head, ReadHead(connection));
    RETURN_IF_ERROR(InsertLogRow(connection, *write.append, head).status());
  }
  RETURN_IF_ERROR(DropOldLogRows(connection, write.cursor, log_keep_ms));
  return transaction.Commit();
}

}  // namespace cartwheel
