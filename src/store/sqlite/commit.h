// One fold, one transaction: the cursor and everything that changed while it moved. The epoch is compared by the first
// statement, so a worker that lost its lease has written nothing.
//
// Rows are written in the order of their keys: neighbours share pages, and a page is fetched once.
#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/write_back.h"
#include "store/store.h"

namespace cartwheel {

// Is one transaction. Takes what it can use out of `write`.
[[nodiscard]] absl::Status CommitFold(Connection& connection, FoldWrite& write, int64_t log_keep_ms,
                                      WriteBack& write_back);

}  // namespace cartwheel
