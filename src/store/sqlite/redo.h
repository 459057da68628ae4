// Redo: what a fold made of its customers and identity keys, as one row appended with the fold's own transaction. The rows of `customer`
// and `alias` follow later, in the order of their keys (write_back.h), so that a commit writes a few pages in a row instead of one page a
// customer.
//
// Invariant: the newest state of a customer is in the newest redo row that names it, or, when none does, in `customer`; and that of a key
// likewise, or in `alias`.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "store/sqlite/connection.h"
#include "store/store.h"

namespace cartwheel {

// Memory that serves fold after fold.
struct RedoRoom {
  std::string data;
  std::string packed;
};

// All run inside the caller's transaction. Customers are in the order of their rows, keys in theirs, each once.
absl::Status WriteRedo(Connection& connection, int64_t id, absl::Span<FoldWrite::CustomerRow* const> customers,
                       absl::Span<FoldWrite::Alias* const> aliases, RedoRoom& room);
absl::Status DropRedo(Connection& connection, int64_t id);
struct RedoRange {
  int64_t oldest = 0;  // 0: there is none
  int64_t newest = 0;
};
absl::StatusOr<RedoRange> ReadRedoRange(Connection& connection);
// Everything in it, oldest row first. A customer without bytes was removed, and so was a key that leads to 0.
absl::Status ReplayRedo(Connection& connection, absl::FunctionRef<void(int64_t, std::string_view)> take_customer,
                        absl::FunctionRef<void(std::string_view, int64_t)> take_alias);

// The newest state by what the file says, for readers that do not fold: "" or 0 where there is none.
absl::StatusOr<std::vector<std::string>> NewestCustomers(Connection& connection, absl::Span<const int64_t> rows);
absl::StatusOr<std::vector<int64_t>> NewestAliases(Connection& connection, absl::Span<const std::string> keys);
// The customers behind `after_row` in order, at least one if there is any, and not many more than `limit`.
absl::StatusOr<std::vector<FoldWrite::CustomerRow>> ListCustomers(Connection& connection, int64_t after_row,
                                                                  size_t limit);

}  // namespace cartwheel
