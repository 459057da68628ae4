#include "store/sqlite/schema.h"

#include <chrono>
#include <thread>

#include "base/status.h"
#include "fmt/format.h"
#include "store/sqlite/message_state_sql.h"

namespace cartwheel {
namespace {

// Rows are keyed by numbers given in order of arrival, so that new ones fall on the same few pages; no index has a
// random key but `alias`, which is looked up by it, and `message_link`, for shops that track links. The log has no
// index at all. `data` and `body` stand last: a look at the columns before them reads no overflow page.
//
// NOT NULL on a table that is written with REPLACE makes each of those a statement journal.
constexpr char kSchema[] =
    R"sql(
CREATE TABLE log(
  last INTEGER PRIMARY KEY,       -- number of the row's last event
  count INTEGER NOT NULL,
  ingested_at INTEGER NOT NULL,   -- milliseconds
  bytes_end INTEGER NOT NULL,     -- bytes of data up to and with this row, ever
  data BLOB NOT NULL,
  erases INTEGER);                -- 1: a customer, by one of its events
CREATE INDEX log_erases ON log(last) WHERE erases = 1;
CREATE TABLE customer(
  id INTEGER PRIMARY KEY,
  data BLOB);
CREATE TABLE redo(
  id INTEGER PRIMARY KEY,         -- one a fold, in order
  customers BLOB NOT NULL,        -- who is in it
  aliases BLOB NOT NULL,          -- the identity keys it changed
  data BLOB NOT NULL);            -- as they stood after the fold, compressed
CREATE TABLE alias(
  key BLOB PRIMARY KEY,
  customer INTEGER) WITHOUT ROWID;
CREATE TABLE alarm(
  id INTEGER PRIMARY KEY,         -- of one fold and hour; begins with the hour
  due_at INTEGER NOT NULL,        -- of the earliest
  entries BLOB NOT NULL);
CREATE TABLE message_states(        -- the outbox, in blocks (blocks.h)
  first INTEGER PRIMARY KEY,
  span INTEGER NOT NULL,
  channel TEXT NOT NULL,
  class INTEGER NOT NULL,
  ready_at INTEGER NOT NULL,
  present INTEGER NOT NULL,
  ids BLOB NOT NULL,
  states BLOB NOT NULL);
CREATE TABLE message_heads(
  first INTEGER PRIMARY KEY,
  data BLOB NOT NULL);
CREATE TABLE message_bodies(
  first INTEGER PRIMARY KEY,
  data BLOB NOT NULL);
CREATE TABLE message_link(
  link INTEGER,                   -- 64 bits, as a signed number
  message INTEGER,
  PRIMARY KEY(link, message)) WITHOUT ROWID;
CREATE TABLE claim(
  lease_boot INTEGER,
  lease_end INTEGER,
  token INTEGER,
  open INTEGER NOT NULL,
  blocks BLOB NOT NULL,
  PRIMARY KEY(lease_boot, lease_end, token)) WITHOUT ROWID;
)sql"
    "CREATE INDEX message_ready ON message_states(channel, ready_at) WHERE " CARTWHEEL_SQL_WAITING
    "; CREATE INDEX message_troubled ON message_states(first) WHERE " CARTWHEEL_SQL_TROUBLED
    R"sql(;
CREATE TABLE decision(
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  data BLOB NOT NULL);            -- of one fold, compressed
CREATE TABLE definition(
  revision INTEGER PRIMARY KEY,
  saved_at INTEGER NOT NULL,
  content TEXT NOT NULL);
CREATE TABLE holds(
  id INTEGER PRIMARY KEY CHECK (id = 1),
  version INTEGER NOT NULL,
  data BLOB NOT NULL);            -- core/model/holds.h
CREATE TABLE tally(                 -- advertisements handed out (store/outbox_store.h)
  channel TEXT,
  slot INTEGER,
  count INTEGER NOT NULL,
  PRIMARY KEY(channel, slot)) WITHOUT ROWID;
CREATE TABLE counter(               -- core/model/counter.h
  metric INTEGER,
  journey TEXT,
  step TEXT,
  variant TEXT,
  reason INTEGER,
  detail TEXT,
  day INTEGER,                    -- since 1970, UTC
  count INTEGER,
  value INTEGER,
  PRIMARY KEY(metric, journey, step, variant, reason, detail, day)) WITHOUT ROWID;
CREATE TABLE consent(               -- the ledger (core/model/consent_row.h): nothing is deleted
  id INTEGER PRIMARY KEY,
  customer INTEGER NOT NULL,
  position INTEGER NOT NULL,
  at INTEGER NOT NULL,
  ingested_at INTEGER NOT NULL,
  counts INTEGER NOT NULL,
  undated INTEGER NOT NULL,
  who TEXT NOT NULL,
  type TEXT NOT NULL,
  medium TEXT NOT NULL,
  scope TEXT NOT NULL,
  topic TEXT NOT NULL,
  place TEXT NOT NULL,
  wording TEXT NOT NULL,
  evidence TEXT NOT NULL,
  actor TEXT NOT NULL,
  address TEXT NOT NULL,
  message TEXT NOT NULL,
  utc_offset TEXT NOT NULL);
CREATE INDEX consent_customer ON consent(customer, id);
CREATE INDEX consent_erased ON consent(ingested_at) WHERE who GLOB '#*';
CREATE TABLE erasure(               -- store/erase_store.h
  id INTEGER PRIMARY KEY,
  customer INTEGER NOT NULL,
  merged BLOB NOT NULL,
  keys BLOB NOT NULL,
  erased_at INTEGER NOT NULL,
  filed_at INTEGER NOT NULL,
  through INTEGER NOT NULL,
  message_to INTEGER NOT NULL,
  trail INTEGER NOT NULL,
  done_at INTEGER NOT NULL);      -- 0: pending
CREATE INDEX erasure_pending ON erasure(id) WHERE done_at = 0;
CREATE TABLE access(                -- store/access_store.h
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  reason TEXT NOT NULL,
  query TEXT NOT NULL,
  subject BLOB NOT NULL);
CREATE TABLE refused(
  id INTEGER PRIMARY KEY,
  position INTEGER NOT NULL,
  at INTEGER NOT NULL,
  code TEXT NOT NULL,
  customer TEXT NOT NULL,
  event_id TEXT NOT NULL,
  message TEXT NOT NULL);
CREATE TABLE warning(
  id INTEGER PRIMARY KEY,
  position INTEGER NOT NULL,
  at INTEGER NOT NULL,
  type TEXT NOT NULL,
  code TEXT NOT NULL,
  field TEXT NOT NULL,
  value TEXT NOT NULL,
  expected TEXT NOT NULL,
  customer TEXT NOT NULL,
  event_id TEXT NOT NULL);
CREATE TABLE fold(
  id INTEGER PRIMARY KEY CHECK (id = 1),
  epoch INTEGER NOT NULL,
  holder INTEGER NOT NULL,        -- 0: the lease is free
  lease_boot INTEGER NOT NULL,
  lease_end INTEGER NOT NULL,
  cursor INTEGER NOT NULL,
  folded_bytes INTEGER NOT NULL,  -- bytes_end of the last row folded to its end
  next_customer INTEGER NOT NULL,
  next_message INTEGER NOT NULL,
  next_decision INTEGER NOT NULL,
  next_token INTEGER NOT NULL,
  restored_at INTEGER NOT NULL,   -- 0: never
  alarms_done_before INTEGER NOT NULL,
  customers_written INTEGER NOT NULL,  -- how far the write-back is (redo.h, Written)
  customers_round INTEGER NOT NULL,
  customers_to INTEGER NOT NULL,
  aliases_written INTEGER NOT NULL,
  aliases_round INTEGER NOT NULL,
  aliases_to BLOB NOT NULL,
  manual_clock INTEGER NOT NULL,  -- 1: opened under a clock that is set by hand, and not closed
  key_low INTEGER NOT NULL,       -- the hash key
  key_high INTEGER NOT NULL,
  back_fill BLOB NOT NULL,
  sweep BLOB NOT NULL,
  place INTEGER NOT NULL,         -- where it is at home (place.h); 0: not said yet
  seal BLOB NOT NULL);            -- the mark of the key that it is sealed with; empty: it is not
INSERT INTO fold
  VALUES(1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, x'', 0, random(), random(), x'', x'', 0, x'');
)sql";

constexpr char kReadApplicationId[] = "PRAGMA application_id";
constexpr char kReadUserVersion[] = "PRAGMA user_version";
constexpr char kCountTables[] = "SELECT count(*) FROM sqlite_schema";
constexpr char kSetWal[] = "PRAGMA journal_mode = WAL";

struct Marks {
  int64_t application_id = 0;
  int64_t version = 0;
  int64_t tables = 0;
};

absl::StatusOr<int64_t> ReadNumber(Connection& connection, const char* sql) {
  ASSIGN_OR_RETURN(Statement statement, connection.Prepare(sql));
  RETURN_IF_ERROR(statement.First().status());
  return statement.Integer(0);
}

// Inside a transaction: a file that another process is making must be seen whole or not at all.
absl::StatusOr<Marks> ReadMarks(Connection& connection) {
  Marks marks;
  ASSIGN_OR_RETURN(marks.application_id, ReadNumber(connection, kReadApplicationId));
  ASSIGN_OR_RETURN(marks.version, ReadNumber(connection, kReadUserVersion));
  ASSIGN_OR_RETURN(marks.tables, ReadNumber(connection, kCountTables));
  return marks;
}

absl::Status CheckMarks(const std::string& path, const FileKind& kind, const Marks& marks) {
  const bool fresh = marks.application_id == 0 && marks.version == 0 && marks.tables == 0;
  if (!fresh && marks.application_id != kind.application_id) {
    return absl::FailedPreconditionError(
        fmt::format("{} is an SQLite file of another program (application_id {}, expected {})", path,
                    marks.application_id, kind.application_id));
  }
  if (!fresh && marks.version != kind.version) {
    return absl::FailedPreconditionError(
        fmt::format("{} is version {}, this build reads version {} only", path, marks.version, kind.version));
  }
  return absl::OkStatus();
}

// SQLite answers "busy" to this one without asking the busy handler when two connections change the mode at once.
absl::Status SetWal(Connection& connection) {
  constexpr int kTries = 5'000;  // of a millisecond: another process may be making the file on a slow disk
  absl::Status status;
  for (int tries = 0; tries < kTries; ++tries) {
    ASSIGN_OR_RETURN(Statement statement, connection.Prepare(kSetWal));
    absl::StatusOr<bool> row = statement.First();
    if (row.ok()) {
      if (statement.Bytes(0) == "wal") return absl::OkStatus();
      return absl::FailedPreconditionError(
          fmt::format("{} is on a file system without shared memory, which a WAL needs", connection.path()));
    }
    status = row.status();
    if (!absl::IsUnavailable(status)) return status;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return status;
}

}  // namespace

const FileKind kDatabase{kApplicationId, kSchemaVersion, kSchema};

absl::Status PrepareSchema(Connection& connection, const FileKind& kind) {
  Marks marks;
  {
    ASSIGN_OR_RETURN(Transaction transaction, Transaction::Read(connection));
    ASSIGN_OR_RETURN(marks, ReadMarks(connection));
  }
  RETURN_IF_ERROR(CheckMarks(connection.path(), kind, marks));
  RETURN_IF_ERROR(SetWal(connection));
  if (marks.version == kind.version) return absl::OkStatus();

  ASSIGN_OR_RETURN(Transaction transaction, Transaction::Write(connection));
  ASSIGN_OR_RETURN(Marks now, ReadMarks(connection));  // another process may have been first
  RETURN_IF_ERROR(CheckMarks(connection.path(), kind, now));
  if (now.version == kind.version) return transaction.Commit();
  RETURN_IF_ERROR(connection.Execute(kind.tables));
  RETURN_IF_ERROR(connection.Execute(
      fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}", kind.application_id, kind.version)));
  return transaction.Commit();
}

}  // namespace cartwheel
