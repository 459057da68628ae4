#include "store/sqlite/write_back.h"

#include <algorithm>

#include "base/status.h"
#include "store/sqlite/redo.h"

namespace cartwheel {
namespace {

constexpr size_t kRoundFolds = 128;  // that take the hand round, when nothing hurries it
constexpr size_t kPendingBytesMax = size_t{32} << 20;
constexpr int64_t kDropsOfFold = 2;  // redo rows a fold takes away, one more than it adds

constexpr char kPut[] = "REPLACE INTO customer(id, data) VALUES(?1, ?2)";
constexpr char kRemove[] = "DELETE FROM customer WHERE id = ?1";

}  // namespace

absl::Status WriteBack::Recover(Connection& connection, int64_t epoch) {
  epoch_.reset();
  pending_.clear();
  pending_bytes_ = 0;
  RETURN_IF_ERROR(ReplayRedo(connection, [&](int64_t row, std::string_view bytes) {
    std::string& state = pending_[row];
    pending_bytes_ += bytes.size() - state.size();
    state = bytes;
  }));
  ASSIGN_OR_RETURN(RedoRange range, ReadRedoRange(connection));
  hand_ = 0;
  newest_redo_ = round_redo_ = range.newest;
  oldest_redo_ = range.oldest == 0 ? range.newest + 1 : range.oldest;
  written_redo_ = 0;
  epoch_ = epoch;
  return absl::OkStatus();
}

const std::string* WriteBack::Find(int64_t row) const {
  auto found = pending_.find(row);
  return found == pending_.end() ? nullptr : &found->second;
}

absl::Status WriteBack::Write(Connection& connection, absl::Span<const FoldWrite::CustomerRow* const> customers) {
  RETURN_IF_ERROR(DropOldRedo(connection, kDropsOfFold));  // first: what is added takes the pages that come free
  if (!customers.empty()) {
    RETURN_IF_ERROR(WriteRedo(connection, ++newest_redo_, customers));
    for (const FoldWrite::CustomerRow* customer : customers) {
      std::string& state = pending_[customer->row];
      pending_bytes_ += customer->data.size() - state.size();
      state = customer->data;
    }
  }
  return WriteSlice(connection, (pending_.size() + kRoundFolds - 1) / kRoundFolds);
}

absl::StatusOr<bool> WriteBack::Drain(Connection& connection, size_t limit) {
  RETURN_IF_ERROR(WriteSlice(connection, limit));
  if (!pending_.empty()) return true;
  written_redo_ = newest_redo_;
  RETURN_IF_ERROR(DropOldRedo(connection, static_cast<int64_t>(limit)));
  return oldest_redo_ <= newest_redo_;
}

// `count` customers from the hand on, and more while there are too many bytes; to the end of the round at most, and never the whole of
// memory at once.
absl::Status WriteBack::WriteSlice(Connection& connection, size_t count) {
  ASSIGN_OR_RETURN(Statement put, connection.Prepare(kPut));
  ASSIGN_OR_RETURN(Statement remove, connection.Prepare(kRemove));
  auto at = pending_.lower_bound(hand_);
  const auto first = at;
  for (size_t written = 0; at != pending_.end() && (written < count || pending_bytes_ > kPendingBytesMax); ++written, ++at) {
    RETURN_IF_ERROR(at->second.empty() ? remove.Run(at->first) : put.Run(at->first, Blob{at->second}));
    pending_bytes_ -= at->second.size();
  }
  if (at == pending_.end()) {
    hand_ = 0;
    written_redo_ = round_redo_;
    round_redo_ = newest_redo_;
  } else {
    hand_ = at->first;
  }
  pending_.erase(first, at);
  return absl::OkStatus();
}

absl::Status WriteBack::DropOldRedo(Connection& connection, int64_t rows_max) {
  for (int64_t dropped = 0; dropped < rows_max && oldest_redo_ <= written_redo_; ++dropped)
    RETURN_IF_ERROR(DropRedo(connection, oldest_redo_++));
  return absl::OkStatus();
}

}  // namespace cartwheel
