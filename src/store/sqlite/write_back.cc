#include "store/sqlite/write_back.h"

#include <algorithm>

#include "base/status.h"
#include "store/sqlite/fold.h"

namespace cartwheel {
namespace {

// Of a round, when nothing hurries it. The longer, the fewer pages are written and the more redo rows are kept: at 64 a million events of
// cart72 write 2.39 GB into a file of 277 MB, at 256 1.84 GB into 324 MB.
constexpr size_t kRoundFolds = 256;
constexpr size_t kPendingBytesMax = size_t{32} << 20;
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

absl::Status WriteBack::Recover(Connection& connection, int64_t epoch) {
  epoch_.reset();
  customers_.clear();
  aliases_.clear();
  pending_bytes_ = 0;
  RETURN_IF_ERROR(ReplayRedo(connection, customers_, aliases_));
  for (const auto& [row, state] : customers_) pending_bytes_ += state.size();
  ASSIGN_OR_RETURN(RedoRange range, ReadRedoRange(connection));
  newest_redo_ = range.newest;
  oldest_redo_ = range.oldest == 0 ? range.newest + 1 : range.oldest;
  written_redo_ = 0;
  BeginRound();
  epoch_ = epoch;
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> WriteBack::Load(Connection& connection, absl::Span<const int64_t> rows) const {
  ASSIGN_OR_RETURN(int64_t epoch, ReadEpoch(connection));
  if (!KnowsFor(epoch)) return NewestCustomers(connection, rows);
  return Overlay<std::string>(rows, customers_, [&](const auto& others) { return LoadCustomers(connection, others); });
}

absl::StatusOr<std::vector<int64_t>> WriteBack::Resolve(Connection& connection, absl::Span<const std::string> keys) const {
  ASSIGN_OR_RETURN(int64_t epoch, ReadEpoch(connection));
  if (!KnowsFor(epoch)) return NewestAliases(connection, keys);
  return Overlay<int64_t>(keys, aliases_, [&](const auto& others) { return ResolveKeys(connection, others); });
}

absl::Status WriteBack::Write(Connection& connection, absl::Span<FoldWrite::CustomerRow* const> customers,
                              absl::Span<FoldWrite::Alias* const> aliases) {
  RETURN_IF_ERROR(DropOldRedo(connection, kDropsOfFold));  // first: what is added takes the pages that come free
  if (!customers.empty() || !aliases.empty()) {
    auto before = [&](int64_t row) {
      auto pending = customers_.find(row);
      return pending == customers_.end() ? std::string_view() : std::string_view(pending->second);
    };
    RETURN_IF_ERROR(WriteRedo(connection, ++newest_redo_, customers, before, aliases, room_));
    for (FoldWrite::CustomerRow* customer : customers) {
      std::string& state = customers_[customer->row];
      pending_bytes_ += customer->data.size() - state.size();
      state = std::move(customer->data);
    }
    for (const FoldWrite::Alias* alias : aliases) aliases_[alias->key] = alias->customer;
  }
  return WriteSlice(connection, SliceOf(round_.customers.size()), SliceOf(round_.aliases.size()));
}

absl::StatusOr<bool> WriteBack::Drain(Connection& connection, size_t limit) {
  RETURN_IF_ERROR(WriteSlice(connection, limit, limit));
  if (!customers_.empty() || !aliases_.empty()) return true;
  written_redo_ = newest_redo_;
  RETURN_IF_ERROR(DropOldRedo(connection, static_cast<int64_t>(limit)));
  return oldest_redo_ <= newest_redo_;
}

void WriteBack::BeginRound() {
  round_ = Round{.redo = newest_redo_};
  round_.customers.reserve(customers_.size());
  for (const auto& [row, state] : customers_) round_.customers.push_back(row);
  std::sort(round_.customers.begin(), round_.customers.end());
  round_.aliases.reserve(aliases_.size());
  for (const auto& [key, customer] : aliases_) round_.aliases.push_back(key);
  std::sort(round_.aliases.begin(), round_.aliases.end());
}

// So many from where the round is, and more customers while there are too many bytes; to the end of the round at most.
absl::Status WriteBack::WriteSlice(Connection& connection, size_t customers, size_t aliases) {
  ASSIGN_OR_RETURN(Statement put, connection.Prepare(kPutCustomer));
  ASSIGN_OR_RETURN(Statement remove, connection.Prepare(kRemoveCustomer));
  for (; round_.customer < round_.customers.size() && (customers > 0 || pending_bytes_ > kPendingBytesMax); ++round_.customer) {
    auto pending = customers_.find(round_.customers[round_.customer]);
    const auto& [row, state] = *pending;
    RETURN_IF_ERROR(state.empty() ? remove.Run(row) : put.Run(row, Blob{state}));
    pending_bytes_ -= state.size();
    customers_.erase(pending);
    customers -= customers > 0;
  }
  ASSIGN_OR_RETURN(Statement point, connection.Prepare(kPutAlias));
  ASSIGN_OR_RETURN(Statement unpoint, connection.Prepare(kRemoveAlias));
  for (; round_.alias < round_.aliases.size() && aliases > 0; ++round_.alias, --aliases) {
    auto pending = aliases_.find(round_.aliases[round_.alias]);
    const auto& [key, customer] = *pending;
    RETURN_IF_ERROR(customer == 0 ? unpoint.Run(Blob{key}) : point.Run(Blob{key}, customer));
    aliases_.erase(pending);
  }
  if (!round_.through()) return absl::OkStatus();
  written_redo_ = round_.redo;
  BeginRound();
  return absl::OkStatus();
}

absl::Status WriteBack::DropOldRedo(Connection& connection, int64_t rows_max) {
  for (int64_t dropped = 0; dropped < rows_max && oldest_redo_ <= written_redo_; ++dropped)
    RETURN_IF_ERROR(DropRedo(connection, oldest_redo_++));
  return absl::OkStatus();
}

}  // namespace cartwheel
