// Redo: what a fold made of its customers and identity keys, as one row appended with the fold's own transaction. The
// rows of `customer` and `alias` follow later, in the order of their keys (write_back.h), so that a commit writes a few
// pages in a row instead of one page a customer.
//
// A customer whose own row is out of date already is written as the change from the state before: of each section of
// its row that differs what is new (core/model/row_sections.h). Any other is written whole. Redo rows go oldest first,
// so the rows that are left may begin with changes of a state that is gone: then `customer` holds what they led to.
//
// Invariant: the newest state of a customer is what the redo rows that name it make of the first of them that is whole,
// or, when none is, in `customer`; and that of a key is in the newest redo row that names it, or in `alias`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "store/sqlite/connection.h"
#include "store/store.h"

namespace cartwheel {

// Memory that serves fold after fold.
struct RedoRoom {
  std::string data;
  std::string change;
  std::string packed;
};

// All run inside the caller's transaction. Customers are in the order of their rows, keys in theirs, each once.
// `before(row)`: the state that the redo rows so far make of it; none: it is written whole.
[[nodiscard]] absl::Status WriteRedo(Connection& connection, int64_t id, absl::Span<StoredCustomer* const> customers,
                                     absl::FunctionRef<std::string_view(CustomerRow)> before,
                                     absl::Span<FoldWrite::Alias* const> aliases, RedoRoom& room);
[[nodiscard]] absl::Status DropRedo(Connection& connection, int64_t id);
struct RedoRange {
  int64_t oldest = 0;  // 0: there is none
  int64_t newest = 0;
};
[[nodiscard]] absl::StatusOr<RedoRange> ReadRedoRange(Connection& connection);

// The watermark of the write-back: every redo row up to `written` is in the table; of those up to `round` the keys up
// to `to` are. Kept in the file, so that recovery brings back what was pending and not more.
template <typename Key>
struct Reached {
  int64_t written = 0;
  int64_t round = 0;
  Key to{};
  template <typename Name>
  bool Has(int64_t redo, const Name& key) const {
    return redo <= written || (redo <= round && key <= to);
  }
};
struct Written {
  Reached<CustomerRow> customers;
  Reached<std::string> aliases;
};
[[nodiscard]] absl::StatusOr<Written> ReadWritten(Connection& connection);
[[nodiscard]] absl::Status SaveWritten(Connection& connection, const Written& written);

// The newest state of all that is pending. A customer without bytes was removed, and so was a key that leads to 0.
[[nodiscard]] absl::Status ReplayRedo(Connection& connection, const Written& written,
                                      absl::flat_hash_map<CustomerRow, std::string>& customers,
                                      absl::flat_hash_map<std::string, CustomerRow>& aliases);

// The newest state by what the file says, for readers that do not fold: "" or 0 where there is none.
[[nodiscard]] absl::StatusOr<std::vector<std::string>> NewestCustomers(Connection& connection,
                                                                       absl::Span<const CustomerRow> rows);
[[nodiscard]] absl::StatusOr<std::vector<CustomerRow>> NewestAliases(Connection& connection,
                                                                     absl::Span<const std::string> keys);
// The customers after `after_row` in order, at least one if there is any, and not many more than `limit`.
[[nodiscard]] absl::StatusOr<std::vector<StoredCustomer>> ListCustomers(Connection& connection, CustomerRow after_row,
                                                                        size_t limit);

}  // namespace cartwheel
