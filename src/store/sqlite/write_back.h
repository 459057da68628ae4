// Write-back: the customers and identity keys whose newest state is in `redo` and not in their tables yet, and the
// policy by which they get there. A round is a list of what was pending in one of the tables when it began, in the
// order of its keys; every fold writes a slice of it, whatever the fold itself changed, so that a customer that changes
// in ten folds is written once, neighbours share a page, and no fold pays for all. Redo rows from before the rounds of
// both tables are done with.
//
// Memory: at most kPendingBytesMax of rows and kPendingAliasesMax keys, give or take a fold; a fold that would leave
// more writes more. Errors: after one, memory may be ahead of the file: nothing here is of use until Recover.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/redo.h"
#include "store/store.h"

namespace cartwheel {

class WriteBack {
 public:
  // All run inside the caller's transaction; when that is not committed, Forget.

  // Reads what a worker of this or another process left.
  [[nodiscard]] absl::Status Recover(Connection& connection, Epoch epoch);
  // Whether memory is what the holder of this epoch knows.
  bool KnowsFor(Epoch epoch) const { return epoch_ == epoch; }
  void Forget() { epoch_.reset(); }

  // The newest state, for every caller: by memory while the lease that it belongs to is the file's, else by the file.
  [[nodiscard]] absl::StatusOr<std::vector<std::string>> Load(Connection& connection,
                                                              absl::Span<const CustomerRow> rows) const;
  [[nodiscard]] absl::StatusOr<std::vector<CustomerRow>> Resolve(Connection& connection,
                                                                 absl::Span<const std::string> keys) const;

  // Writes what a fold changed (in the order of the rows and of the keys, each once), and a slice. Takes the customers'
  // data.
  [[nodiscard]] absl::Status Write(Connection& connection, absl::Span<StoredCustomer* const> customers,
                                   absl::Span<FoldWrite::Alias* const> aliases);
  // Writes at most `limit` of what is pending; with the last of it the redo rows go too. False: nothing is left.
  [[nodiscard]] absl::StatusOr<bool> Drain(Connection& connection, size_t limit);

  // The newest redo row: what it and those before it hold is pending, or was.
  int64_t newest_redo() const { return newest_redo_; }
  // Writes at most `limit` of what is pending and takes redo rows away. True: none up to `redo` is left.
  [[nodiscard]] absl::StatusOr<bool> DropRedoUpTo(Connection& connection, int64_t redo, size_t limit);

 private:
  // The keys that were pending when the round began, in their order, and how far it has come.
  template <typename Key>
  struct Round {
    std::vector<Key> keys;
    size_t next = 0;
    int64_t redo = 0;     // the newest redo row when it began
    int64_t written = 0;  // and when the round before did: these have reached the table
    Reached<Key> reached() const { return {written, redo, next == 0 ? Key() : keys[next - 1]}; }
  };
  template <typename Key, typename Pending>
  void Begin(Round<Key>& round, const Pending& pending);
  // So many keys from where the round is, and more while `crowded()`, to its end at most; then the next one begins.
  template <typename Key, typename Pending, typename Crowded, typename Put>
  [[nodiscard]] absl::Status Go(Round<Key>& round, Pending& pending, size_t slice, Crowded crowded, Put put);
  [[nodiscard]] absl::Status WriteSlice(Connection& connection, size_t customers, size_t aliases);
  [[nodiscard]] absl::Status DropOldRedo(Connection& connection, int64_t rows_max);

  std::optional<Epoch> epoch_;                               // absent: memory is of no use
  absl::flat_hash_map<CustomerRow, std::string> customers_;  // no bytes: removed
  absl::flat_hash_map<std::string, CustomerRow> aliases_;    // 0: removed
  size_t pending_bytes_ = 0;
  Round<CustomerRow> customer_round_;
  Round<std::string> alias_round_;
  RedoRoom room_;
  int64_t oldest_redo_ = 1;  // that is there
  int64_t newest_redo_ = 0;
};

}  // namespace cartwheel
