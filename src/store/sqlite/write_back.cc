#include "store/sqlite/write_back.h"

#include <algorithm>

#include "base/status.h"
#include "store/sqlite/customers.h"
#include "store/sqlite/lease.h"

namespace cartwheel {
namespace {

// Of a round, when nothing hurries it. The longer, the fewer pages are written and the more redo rows are kept: at 64 a
// million events of cart72 write 2.39 GB into a file of 277 MB, at 256 1.84 GB into 324 MB.
constexpr size_t kRoundFolds = 256;
constexpr size_t kPendingBytesMax = size_t{32} << 20;
constexpr size_t kPendingAliasesMax = size_t{1} << 16;
constexpr int64_t kDropsOfFold = 2;  // redo rows a fold takes away, one more than it adds

constexpr char kPutCustomer[] = "REPLACE INTO customer(id, data) VALUES(?1, ?2)";
constexpr char kRemoveCustomer[] = "DELETE FROM customer WHERE id = ?1";
constexpr char kPutAlias[] = "REPLACE INTO alias(key, customer) VALUES(?1, ?2)";
constexpr char kRemoveAlias[] = "DELETE FROM alias WHERE key = ?1";

size_t SliceOf(size_t all) { return (all + kRoundFolds - 1) / kRoundFolds; }

// The answer to `asked`: from `pending` where it knows, else from what `read(the others)` gives.
template <typename Answer, typename Key, typename Pending, typename Read>
absl::StatusOr<std::vector<Answer>> Overlay(absl::Span<const Key> asked, const Pending& pending, Read&& read) {
  std::vector<Key> others;
  for (const Key& key : asked)
    if (pending.find(key) == pending.end()) others.push_back(key);
  ASSIGN_OR_RETURN(std::vector<Answer> rest, read(others));
  std::vector<Answer> answers;
  answers.reserve(asked.size());
  auto next = rest.begin();
  for (const Key& key : asked) {
    auto found = pending.find(key);
    answers.push_back(found != pending.end() ? found->second : std::move(*next++));
  }
  return answers;
}

}  // namespace

absl::Status WriteBack::Recover(Connection& connection, Epoch epoch) {
  epoch_.reset();
  customers_.clear();
  aliases_.clear();
  pending_bytes_ = 0;
  ASSIGN_OR_RETURN(Written written, ReadWritten(connection));
  RETURN_IF_ERROR(ReplayRedo(connection, written, customers_, aliases_));
  for (const auto& [row, state] : customers_) pending_bytes_ += state.size();
  ASSIGN_OR_RETURN(RedoRange range, ReadRedoRange(connection));
  // Numbers go on where all rows are gone, so that what was written before never stands for new ones.
  newest_redo_ = std::max({range.newest, written.customers.written, written.aliases.written});
  oldest_redo_ = range.oldest == 0 ? newest_redo_ + 1 : range.oldest;
  customer_round_.redo = written.customers.written;
  alias_round_.redo = written.aliases.written;
  Begin(customer_round_, customers_);
  Begin(alias_round_, aliases_);
  epoch_ = epoch;
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> WriteBack::Load(Connection& connection,
                                                         absl::Span<const CustomerRow> rows) const {
  ASSIGN_OR_RETURN(Epoch epoch, ReadEpoch(connection));
  if (!KnowsFor(epoch)) return NewestCustomers(connection, rows);
  return Overlay<std::string>(rows, customers_, [&](const auto& others) { return LoadCustomers(connection, others); });
}

absl::StatusOr<std::vector<CustomerRow>> WriteBack::Resolve(Connection& connection,
                                                            absl::Span<const std::string> keys) const {
  ASSIGN_OR_RETURN(Epoch epoch, ReadEpoch(connection));
  if (!KnowsFor(epoch)) return NewestAliases(connection, keys);
  return Overlay<CustomerRow>(keys, aliases_, [&](const auto& others) { return ResolveKeys(connection, others); });
}

absl::Status WriteBack::Write(Connection& connection, absl::Span<StoredCustomer* const> customers,
                              absl::Span<FoldWrite::Alias* const> aliases) {
  RETURN_IF_ERROR(DropOldRedo(connection, kDropsOfFold));  // first: what is added takes the pages that come free
  if (!customers.empty() || !aliases.empty()) {
    auto before = [&](CustomerRow row) {
      auto pending = customers_.find(row);
      return pending == customers_.end() ? std::string_view() : std::string_view(pending->second);
    };
    RETURN_IF_ERROR(WriteRedo(connection, ++newest_redo_, customers, before, aliases, room_));
    for (StoredCustomer* customer : customers) {
      std::string& state = customers_[customer->row];
      pending_bytes_ += customer->data.size() - state.size();
      state = std::move(customer->data);
    }
    for (const FoldWrite::Alias* alias : aliases) aliases_[alias->key] = alias->customer;
  }
  return WriteSlice(connection, SliceOf(customer_round_.keys.size()), SliceOf(alias_round_.keys.size()));
}

absl::StatusOr<bool> WriteBack::Drain(Connection& connection, size_t limit) {
  RETURN_IF_ERROR(WriteSlice(connection, limit, limit));
  if (!customers_.empty() || !aliases_.empty()) return true;
  customer_round_.written = alias_round_.written = newest_redo_;
  RETURN_IF_ERROR(SaveWritten(connection, {customer_round_.reached(), alias_round_.reached()}));
  RETURN_IF_ERROR(DropOldRedo(connection, static_cast<int64_t>(limit)));
  return oldest_redo_ <= newest_redo_;
}

absl::StatusOr<bool> WriteBack::DropRedoUpTo(Connection& connection, int64_t redo, size_t limit) {
  RETURN_IF_ERROR(WriteSlice(connection, limit, limit));
  if (customers_.empty() && aliases_.empty()) {
    customer_round_.written = alias_round_.written = newest_redo_;
    RETURN_IF_ERROR(SaveWritten(connection, {customer_round_.reached(), alias_round_.reached()}));
  }
  RETURN_IF_ERROR(DropOldRedo(connection, static_cast<int64_t>(limit)));
  return oldest_redo_ > redo;
}

template <typename Key, typename Pending>
void WriteBack::Begin(Round<Key>& round, const Pending& pending) {
  round = {.redo = newest_redo_, .written = round.redo};
  round.keys.reserve(pending.size());
  for (const auto& [key, value] : pending) round.keys.push_back(key);
  std::sort(round.keys.begin(), round.keys.end());
}

template <typename Key, typename Pending, typename Crowded, typename Put>
absl::Status WriteBack::Go(Round<Key>& round, Pending& pending, size_t slice, Crowded crowded, Put put) {
  for (; round.next < round.keys.size() && (slice > 0 || crowded()); ++round.next) {
    auto next = pending.find(round.keys[round.next]);
    RETURN_IF_ERROR(put(next->first, next->second));
    pending.erase(next);
    slice -= slice > 0;
  }
  if (round.next == round.keys.size()) Begin(round, pending);
  return absl::OkStatus();
}

absl::Status WriteBack::WriteSlice(Connection& connection, size_t customers, size_t aliases) {
  ASSIGN_OR_RETURN(Statement put, connection.Prepare(kPutCustomer));
  ASSIGN_OR_RETURN(Statement remove, connection.Prepare(kRemoveCustomer));
  RETURN_IF_ERROR(Go(
      customer_round_, customers_, customers, [&] { return pending_bytes_ > kPendingBytesMax; },
      [&](CustomerRow row, const std::string& state) {
        pending_bytes_ -= state.size();
        return state.empty() ? remove.Run(row) : put.Run(row, Blob{state});
      }));
  ASSIGN_OR_RETURN(Statement point, connection.Prepare(kPutAlias));
  ASSIGN_OR_RETURN(Statement unpoint, connection.Prepare(kRemoveAlias));
  RETURN_IF_ERROR(Go(
      alias_round_, aliases_, aliases, [&] { return aliases_.size() > kPendingAliasesMax; },
      [&](const std::string& key, CustomerRow customer) {
        return customer ? point.Run(Blob{key}, customer) : unpoint.Run(Blob{key});
      }));
  return SaveWritten(connection, {customer_round_.reached(), alias_round_.reached()});
}

absl::Status WriteBack::DropOldRedo(Connection& connection, int64_t rows_max) {
  const int64_t written = std::min(customer_round_.written, alias_round_.written);
  for (int64_t dropped = 0; dropped < rows_max && oldest_redo_ <= written; ++dropped)
    RETURN_IF_ERROR(DropRedo(connection, oldest_redo_++));
  return absl::OkStatus();
}

}  // namespace cartwheel
