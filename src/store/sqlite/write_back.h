// Write-back: the customers whose newest state is in `redo` and not in `customer` yet, and the policy by which they get there. A clock hand
// goes round by the customers' numbers: every fold writes a slice, whatever its own customers are, so that a customer that changes in ten
// folds is written once, neighbours share a page, and no fold pays for all. When the hand has been round, the redo rows from before are
// done with.
//
// Memory: at most kPendingBytesMax of rows, give or take a fold; a fold that would leave more writes more.
// Errors: after one, memory may be ahead of the file: nothing here is of use until Recover.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/status/status.h"
#include "absl/types/span.h"
#include "store/sqlite/connection.h"
#include "store/store.h"

namespace cartwheel {

class WriteBack {
 public:
  // All run inside the caller's transaction; when that is not committed, Forget.

  // Reads what a worker of this or another process left.
  absl::Status Recover(Connection& connection, int64_t epoch);
  // Whether memory is what the holder of this epoch knows.
  bool KnowsFor(int64_t epoch) const { return epoch_ == epoch; }
  void Forget() { epoch_.reset(); }

  // The newest state of a customer; null: it is in `customer`. Empty: the customer was removed.
  const std::string* Find(int64_t row) const;
  // Writes what a fold changed (in the order of the rows, each once), and a slice.
  absl::Status Write(Connection& connection, absl::Span<const FoldWrite::CustomerRow* const> customers);
  // Writes at most `limit` of what is pending; with the last of it the redo rows go too. False: nothing is left.
  absl::StatusOr<bool> Drain(Connection& connection, size_t limit);

 private:
  absl::Status WriteSlice(Connection& connection, size_t count);
  absl::Status DropOldRedo(Connection& connection, int64_t rows_max);

  std::optional<int64_t> epoch_;  // absent: memory is of no use
  absl::btree_map<int64_t, std::string> pending_;
  size_t pending_bytes_ = 0;
  int64_t hand_ = 0;           // rows before it were written in this round
  int64_t oldest_redo_ = 1;    // that is there
  int64_t newest_redo_ = 0;
  int64_t round_redo_ = 0;     // newest when this round began
  int64_t written_redo_ = 0;   // it and those before it hold nothing that is pending
};

}  // namespace cartwheel
