// Redo: what a fold made of its customers, as one compressed row appended with the fold's own transaction. The rows of `customer` follow
// later, in the order of their keys (write_back.h), so that a commit writes a few pages in a row instead of one page a customer.
//
// Invariant: a customer's newest state is in the newest redo row that names it, or, when none does, in `customer`.
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

// All run inside the caller's transaction. Customers are in the order of their rows, each once.
absl::Status WriteRedo(Connection& connection, int64_t id, absl::Span<const FoldWrite::CustomerRow* const> customers);
absl::Status DropRedo(Connection& connection, int64_t id);
struct RedoRange {
  int64_t oldest = 0;  // 0: there is none
  int64_t newest = 0;
};
absl::StatusOr<RedoRange> ReadRedoRange(Connection& connection);
// Everything in it, oldest row first: `take(customer, bytes)`; no bytes: the customer was removed.
absl::Status ReplayRedo(Connection& connection, absl::FunctionRef<void(int64_t, std::string_view)> take);

// The newest state of these customers by what the file says, "" where there is none: for readers that do not fold.
absl::StatusOr<std::vector<std::string>> NewestCustomers(Connection& connection, absl::Span<const int64_t> rows);
// The customers behind `after_row` in order, at least one if there is any, and not many more than `limit`.
absl::StatusOr<std::vector<FoldWrite::CustomerRow>> ListCustomers(Connection& connection, int64_t after_row,
                                                                  size_t limit);

}  // namespace cartwheel
