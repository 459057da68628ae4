// The store on one SQLite file: what production uses. Everything else of this folder is private to it.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "store/store.h"

namespace cartwheel {

// Opens the file, and creates it when it is not there (its directory must be). FailedPrecondition: a file of another
// version or of another program, not a database, or not writable. Unavailable: another program keeps it locked for
// busy_timeout_ms.
[[nodiscard]] absl::StatusOr<std::unique_ptr<Store>> OpenSqliteStore(const std::string& path,
                                                                     const StoreOptions& options = {});

}  // namespace cartwheel
