// What the engine asks of a database, in batches, so that a networked one needs no round trip a row: the sum of the
// roles. Each part of the engine takes only the roles that it needs. A store knows rows and transactions; it knows no
// rule of the domain: what a row means is the engine's and the core's matter.
//
// Threads: every function may be called from any thread. Processes: many may append, claim and settle; one at a time
// folds, which the epoch of the lease enforces. Errors: ResourceExhausted "backlog_full: …" or "disk_full: …" (nothing
// was written, try again later), Unavailable (another holder, or the file is locked), Aborted "lease_lost: …",
// FailedPrecondition (a foreign, newer or read-only file), DataLoss (the file is broken: the handle is of no more use).
#pragma once

#include <cstdint>
#include <string>

#include "store/access_store.h"
#include "store/definition_store.h"
#include "store/erase_store.h"
#include "store/fold_store.h"
#include "store/log_store.h"
#include "store/maintenance_store.h"
#include "store/outbox_store.h"
#include "store/read_store.h"
#include "store/retention_store.h"

namespace cartwheel {

struct StoreOptions {
  enum class Durability { kFull, kNormal } durability = Durability::kFull;
  bool scratch = false;  // one connection, an exclusive lock, no flush; what an error leaves is of no use
  int64_t log_bytes_max = int64_t{4} << 30;              // of the unfolded part of the log
  int64_t free_disk_min_bytes = int64_t{64} << 20;       // Append stops below it
  int64_t log_keep_ms = int64_t{30} * 24 * 3600 * 1000;  // folded log rows older than that are dropped
  int64_t busy_timeout_ms = 10'000;                      // waiting for another process's transaction
  int file_mode = 0600;                                  // of a file that is made
  // Where the file is at home: `deployment`, or where it is empty this machine and the file itself. In a copy, which is
  // at home elsewhere, no change of the outbox finds an advertisement (OutboxView::copied).
  std::string deployment;
  uint64_t machine = 0;       // a hash of its id; 0: not known
  bool manual_clock = false;  // the file is marked until it is closed, and refused to those with the machine's clock
};

class Store : public LogStore,
              public FoldStore,
              public OutboxStore,
              public ReadStore,
              public DefinitionStore,
              public EraseStore,
              public AccessStore,
              public RetentionStore,
              public MaintenanceStore {
 public:
  // Of two roles, and one function.
  using FoldStore::FirstAlarm;
  using FoldStore::Load;
  using FoldStore::Resolve;
};

}  // namespace cartwheel
