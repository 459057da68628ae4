// Everything a host may choose when it opens an engine. The defaults suit a shop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "cartwheel/clock.h"
#include "cartwheel/log.h"

namespace cartwheel {

enum class Durability {
  kFull,    // an acknowledged event survives kill -9 and power loss
  kNormal,  // survives kill -9; a power loss may take the last events
};

struct Options {
  Durability durability = Durability::kFull;
  // The database can be made again: nothing is flushed, transactions are kept open together, and no other process and
  // no second handle opens the file meanwhile. After a crash it is of no use. Replays are several times faster. Close
  // leaves a whole file.
  bool scratch = false;
  Clock* clock = nullptr;  // null: SystemClock(). Must outlive the engine.
  LogSink log;             // empty: nothing is said

  // Work and memory.
  int64_t work_max = 10'000;                       // events and alarms of one Advance
  size_t customer_cache_bytes = size_t{48} << 20;  // decoded customers kept by the fold
  int64_t claim_tail_max = 10'000;                 // unfolded events beyond which Claim answers `behind`
  int64_t fold_lease_ms = 15'000;                  // a dead worker's place is free after it

  // Rules of time.
  int64_t dedupe_window_ms = int64_t{7} * 24 * 3600 * 1000;  // of ingest time, in which an id counts once
  int64_t cart_idle_ms = int64_t{60} * 24 * 3600 * 1000;     // an untouched cart expires after it
  // Events of a customer that arrive in another order than they happened give the same carts as long as they lie no
  // further apart than this; of what is older only removals, emptied carts and orders still count.
  int64_t event_lateness_ms = int64_t{24} * 3600 * 1000;
  // An exit (a purchase, an emptied cart) that is heard so soon after its `at` also ends the walks that events dated
  // after it had entered by then: the clocks of devices lie. One that is heard later ends what was entered up to its
  // `at`.
  int64_t late_stop_max_ms = int64_t{3} * 24 * 3600 * 1000;

  // Reading of events (docs/events.md).
  bool strict = false;     // a warning rejects the event: for tests of a shop's integration
  std::string event_zone;  // "Asia/Seoul": of times that name no offset; empty: the playbook's shop.timezone, else UTC
                           // with a warning
  int64_t clock_skew_max_ms =
      int64_t{24} * 3600 * 1000;  // a sender's clock that is further off is not corrected by `sent_at`

  // The key of the tokens in opt-out links, 64 hexadecimal digits; several with their versions, the newest first:
  // "2:9f…,1:07…". Old ones stay as long as messages with their tokens may be read. Empty: links have no token.
  std::string token_key;

  // The key of sealing at rest (docs/policy.md), 64 hexadecimal digits: what is personal is then kept sealed, under
  // keys of customers in FILE.keys. Every process that opens the database needs it, and no database is unsealed again.
  // Empty: nothing is sealed, and neither is a database in memory.
  std::string seal_key;

  // The log.
  int64_t log_bytes_max = int64_t{4} << 30;              // its unfolded part; Ingest answers backlog_full beyond
  int64_t free_disk_min_bytes = int64_t{64} << 20;       // Ingest answers disk_full below
  int64_t log_keep_ms = int64_t{30} * 24 * 3600 * 1000;  // folded events are kept so long
  int64_t busy_timeout_ms = 10'000;                      // waiting for another process's write

  // How long other things of the past are kept, counted back from the ingest of the newest event; 0: for good. Advance
  // drops what is older, in slices, when nothing else is to do, and looks again each hour.
  int64_t message_keep_ms = 0;   // messages that have ended, with their texts
  int64_t decision_keep_ms = 0;  // what "why" tells
  int64_t finding_keep_ms = 0;   // refused events and warnings
  int64_t consent_keep_ms = 0;  // consents of customers who were erased; those of others stay, whatever else is dropped
  int64_t access_keep_ms = 0;   // the access log

  // Queries that show personal data must name their actor, so that the access log has every one of them.
  bool require_actor = false;

  // The permissions of a database that is made, whatever the umask: 0600, or 0660 to share it with its folder's group
  // (a web server's processes beside a worker's; the folder is that group's and can be written by it). Its WAL, its
  // copies and the files of `--deliver` follow it. A database that is there keeps its mode.
  int file_mode = 0600;

  // Whose database it is, "shop-production": a file that another deployment opens is a copy, and hands out no
  // advertisement until it is adopted there (docs/writing-a-worker.md). Empty: a copy is known by the machine's id
  // (/etc/machine-id) and the file itself. Containers, whose machine changes with every start, name theirs.
  std::string deployment;
};

}  // namespace cartwheel
