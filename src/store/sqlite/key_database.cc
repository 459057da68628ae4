#include "store/sqlite/key_database.h"

#include <sys/stat.h>

#include "base/status.h"
#include "fmt/format.h"
#include "store/sqlite/backup.h"
#include "store/sqlite/database_file.h"
#include "store/sqlite/schema.h"

namespace cartwheel {
namespace {

constexpr int64_t kCacheBytes = int64_t{2} << 20;
constexpr int kPageBytes = 512;
constexpr int kWalPagesMax = 8'000;  // before it is moved into the file
constexpr int64_t kRetiredForNow = INT64_MAX;
constexpr int64_t kDestroyedOfSlice = 1'000;
constexpr int64_t kKeysOfPage = 1'000;

constexpr char kTables[] =
    R"sql(
CREATE TABLE key(
  number INTEGER PRIMARY KEY,
  name BLOB NOT NULL,
  sealed BLOB NOT NULL);          -- under the shop's key
CREATE TABLE in_force(
  name BLOB PRIMARY KEY,
  number INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE retired(
  number INTEGER PRIMARY KEY,
  name BLOB NOT NULL,
  until INTEGER NOT NULL);        -- it is destroyed
CREATE INDEX retired_name ON retired(name);
CREATE INDEX retired_until ON retired(until);
CREATE TABLE shop(
  id INTEGER PRIMARY KEY CHECK (id = 1),
  mark BLOB NOT NULL,
  rotations INTEGER NOT NULL);
)sql";

const FileKind kKeys{.application_id = 0x43574b31, .version = 1, .tables = kTables};  // "CWK1"

// By primary keys, but where an index is named.
constexpr char kMark[] = "SELECT mark, rotations FROM shop WHERE id = 1";
constexpr char kSetMark[] = "INSERT OR REPLACE INTO shop VALUES(1, ?1, ?2)";
constexpr char kFind[] =
    "SELECT number, name, sealed, EXISTS(SELECT 1 FROM retired WHERE retired.number = ?1) FROM key WHERE number = ?1";
constexpr char kInForce[] =
    "SELECT key.number, key.name, key.sealed, 0 FROM in_force JOIN key ON key.number = in_force.number "
    "WHERE in_force.name = ?1";
constexpr char kNewest[] = "SELECT coalesce(max(number), 0) FROM key";
constexpr char kAddInForce[] = "INSERT INTO in_force VALUES(?1, ?2) ON CONFLICT DO NOTHING";
constexpr char kAdd[] = "INSERT INTO key VALUES(?1, ?2, ?3)";
constexpr char kRetire[] = "INSERT INTO retired SELECT number, name, ?2 FROM in_force WHERE name = ?1";
constexpr char kEndForce[] = "DELETE FROM in_force WHERE name = ?1";
constexpr char kRetired[] = "SELECT number FROM retired WHERE name = ?1";         // index retired_name
constexpr char kRetireUntil[] = "UPDATE retired SET until = ?2 WHERE name = ?1";  // index retired_name
// Index retired_until.
constexpr char kDue[] = "SELECT number FROM retired WHERE until <= ?1 ORDER BY until LIMIT ?2";
constexpr char kOverwrite[] =
    "UPDATE key SET name = zeroblob(length(name)), sealed = zeroblob(length(sealed)) WHERE number = ?1";
constexpr char kForget[] = "DELETE FROM retired WHERE number = ?1";
constexpr char kList[] = "SELECT number, name, sealed, 0 FROM key WHERE number > ?1 ORDER BY number LIMIT ?2";
constexpr char kReseal[] = "UPDATE key SET sealed = ?2 WHERE number = ?1";

KeyRow RowOf(const Statement& statement) {
  return {.number = statement.Integer(0),
          .name = statement.Bytes(1),
          .sealed = statement.Bytes(2),
          .retired = statement.Integer(3) != 0};
}

absl::StatusOr<KeyRow> ReadOne(Connection& connection, const std::string& name) {
  ASSIGN_OR_RETURN(Statement find, connection.Prepare(kInForce));
  ASSIGN_OR_RETURN(const bool found, find.First(Blob{name}));
  return found ? RowOf(find) : KeyRow{};
}

absl::StatusOr<std::pair<uint64_t, uint64_t>> FileAt(const std::string& path) {
  struct stat about {};
  if (stat(path.c_str(), &about) != 0)
    return absl::FailedPreconditionError(
        fmt::format("{} was deleted or moved away while it was open: open the database again", path));
  return std::pair(static_cast<uint64_t>(about.st_dev), static_cast<uint64_t>(about.st_ino));
}

}  // namespace

absl::StatusOr<std::unique_ptr<KeyDatabase>> KeyDatabase::Open(const std::string& path, const FileAccess& access) {
  RETURN_IF_ERROR(CreateDatabaseFile(path, access));
  ASSIGN_OR_RETURN(
      std::unique_ptr<Connection> connection,
      Connection::Open(path, {.cache_bytes = kCacheBytes, .page_bytes = kPageBytes, .flushes_commits = true}));
  RETURN_IF_ERROR(PrepareSchema(*connection, kKeys));
  std::unique_ptr<KeyDatabase> keys(new KeyDatabase(std::move(connection)));
  ASSIGN_OR_RETURN(keys->opened_, FileAt(path));
  RETURN_IF_ERROR(keys->Mark().status());  // the log of changes is open from here on
  keys->connection_->OverwriteWal();
  return keys;
}

// What SQLite removes with the last connection is empty by then.
KeyDatabase::~KeyDatabase() { (void)connection_->EmptyWal(); }

absl::Status KeyDatabase::CheckPlace() const {
  ASSIGN_OR_RETURN(const auto there, FileAt(connection_->path()));
  if (there == opened_) return absl::OkStatus();
  return absl::FailedPreconditionError(
      fmt::format("{} was replaced by another file while it was open: open the database again", connection_->path()));
}

absl::StatusOr<std::optional<KeyMark>> KeyDatabase::ReadMark() {
  ASSIGN_OR_RETURN(Statement mark, connection_->Prepare(kMark));
  ASSIGN_OR_RETURN(const bool found, mark.First());
  if (!found) return std::optional<KeyMark>();
  return std::optional(KeyMark{mark.Bytes(0), mark.Integer(1)});
}

absl::StatusOr<std::optional<KeyMark>> KeyDatabase::Mark() {
  ASSIGN_OR_RETURN(Transaction transaction, Transaction::Read(*connection_));
  return ReadMark();
}

absl::Status KeyDatabase::CheckMark(const KeyMark& mark) {
  ASSIGN_OR_RETURN(const std::optional<KeyMark> stored, ReadMark());
  if (!stored) {
    ASSIGN_OR_RETURN(Statement set, connection_->Prepare(kSetMark));
    return set.Run(Blob{mark.mark}, mark.rotations);
  }
  if (*stored == mark) return absl::OkStatus();
  return absl::FailedPreconditionError(
      fmt::format("{} was sealed with another key while it was open: open the database again, with its new seal_key",
                  connection_->path()));
}

absl::StatusOr<KeyRow> KeyDatabase::Find(int64_t number) {
  ASSIGN_OR_RETURN(Transaction transaction, Transaction::Read(*connection_));
  ASSIGN_OR_RETURN(Statement find, connection_->Prepare(kFind));
  ASSIGN_OR_RETURN(const bool found, find.First(number));
  return found ? RowOf(find) : KeyRow{};
}

absl::StatusOr<std::vector<KeyRow>> KeyDatabase::InForce(absl::Span<const std::string> names) {
  std::vector<KeyRow> rows;
  ASSIGN_OR_RETURN(Transaction transaction, Transaction::Read(*connection_));
  for (const std::string& name : names) {
    ASSIGN_OR_RETURN(KeyRow row, ReadOne(*connection_, name));
    rows.push_back(std::move(row));
  }
  return rows;
}

absl::StatusOr<std::vector<KeyRow>> KeyDatabase::InForceOrNew(const KeyMark& mark, absl::Span<const NewKey> keys) {
  RETURN_IF_ERROR(CheckPlace());
  std::vector<KeyRow> rows;
  {
    ASSIGN_OR_RETURN(Transaction transaction, Transaction::Write(*connection_));
    RETURN_IF_ERROR(CheckMark(mark));
    int64_t newest = 0;
    {
      ASSIGN_OR_RETURN(Statement read, connection_->Prepare(kNewest));
      RETURN_IF_ERROR(read.First().status());
      newest = read.Integer(0);
    }
    for (const NewKey& key : keys) {
      {
        ASSIGN_OR_RETURN(Statement add, connection_->Prepare(kAddInForce));
        RETURN_IF_ERROR(add.Run(Blob{key.name}, newest + 1));
      }
      if (connection_->Changes() == 0) {  // another process was first
        ASSIGN_OR_RETURN(KeyRow row, ReadOne(*connection_, key.name));
        rows.push_back(std::move(row));
        continue;
      }
      ASSIGN_OR_RETURN(Statement add, connection_->Prepare(kAdd));
      RETURN_IF_ERROR(add.Run(++newest, Blob{key.name}, Blob{key.sealed}));
      rows.push_back({.number = newest, .name = key.name, .sealed = key.sealed});
    }
    RETURN_IF_ERROR(transaction.Commit());
  }
  RETURN_IF_ERROR(connection_->CheckpointOver(kWalPagesMax, /*restart=*/false));
  return rows;
}

absl::StatusOr<std::vector<int64_t>> KeyDatabase::Retire(absl::Span<const std::string> names) {
  RETURN_IF_ERROR(CheckPlace());
  std::vector<int64_t> retired;
  ASSIGN_OR_RETURN(Transaction transaction, Transaction::Write(*connection_));
  for (const std::string& name : names) {
    {
      ASSIGN_OR_RETURN(Statement retire, connection_->Prepare(kRetire));
      RETURN_IF_ERROR(retire.Run(Blob{name}, kRetiredForNow));
    }
    {
      ASSIGN_OR_RETURN(Statement end, connection_->Prepare(kEndForce));
      RETURN_IF_ERROR(end.Run(Blob{name}));
    }
    ASSIGN_OR_RETURN(Statement list, connection_->Prepare(kRetired));
    ASSIGN_OR_RETURN(bool found, list.First(Blob{name}));
    while (found) {
      retired.push_back(list.Integer(0));
      ASSIGN_OR_RETURN(found, list.Step());
    }
  }
  RETURN_IF_ERROR(transaction.Commit());
  return retired;
}

absl::Status KeyDatabase::RetireUntil(absl::Span<const std::string> names, int64_t until) {
  ASSIGN_OR_RETURN(Transaction transaction, Transaction::Write(*connection_));
  for (const std::string& name : names) {
    ASSIGN_OR_RETURN(Statement set, connection_->Prepare(kRetireUntil));
    RETURN_IF_ERROR(set.Run(Blob{name}, until));
  }
  return transaction.Commit();
}

absl::StatusOr<Destroyed> KeyDatabase::Destroy(int64_t through) {
  RETURN_IF_ERROR(CheckPlace());
  std::vector<int64_t> due;
  {
    ASSIGN_OR_RETURN(Transaction transaction, Transaction::Write(*connection_));
    {
      ASSIGN_OR_RETURN(Statement list, connection_->Prepare(kDue));
      ASSIGN_OR_RETURN(bool found, list.First(through, kDestroyedOfSlice));
      while (found) {
        due.push_back(list.Integer(0));
        ASSIGN_OR_RETURN(found, list.Step());
      }
    }
    for (const int64_t number : due)
      for (const char* sql : {kOverwrite, kForget}) {
        ASSIGN_OR_RETURN(Statement run, connection_->Prepare(sql));
        RETURN_IF_ERROR(run.Run(number));
      }
    RETURN_IF_ERROR(transaction.Commit());
  }
  if (static_cast<int64_t>(due.size()) == kDestroyedOfSlice) return Destroyed::kPart;
  ASSIGN_OR_RETURN(const bool emptied, connection_->EmptyWal());
  return emptied ? Destroyed::kAll : Destroyed::kHeld;
}

absl::StatusOr<std::vector<KeyRow>> KeyDatabase::ReadKeys(int64_t after) {
  std::vector<KeyRow> rows;
  ASSIGN_OR_RETURN(Statement list, connection_->Prepare(kList));
  ASSIGN_OR_RETURN(bool found, list.First(after, kKeysOfPage));
  while (found) {
    rows.push_back(RowOf(list));
    ASSIGN_OR_RETURN(found, list.Step());
  }
  return rows;
}

absl::Status KeyDatabase::ResealAll(const KeyMark& from, const KeyMark& to, Reseal reseal) {
  RETURN_IF_ERROR(CheckPlace());
  {
    ASSIGN_OR_RETURN(Transaction transaction, Transaction::Write(*connection_));
    RETURN_IF_ERROR(CheckMark(from));
    for (int64_t after = 0;;) {
      ASSIGN_OR_RETURN(const std::vector<KeyRow> rows, ReadKeys(after));
      if (rows.empty()) break;
      after = rows.back().number;
      for (const KeyRow& row : rows) {
        if (row.destroyed()) continue;
        ASSIGN_OR_RETURN(const std::string sealed, reseal(row));
        ASSIGN_OR_RETURN(Statement set, connection_->Prepare(kReseal));
        RETURN_IF_ERROR(set.Run(row.number, Blob{sealed}));
      }
    }
    {
      ASSIGN_OR_RETURN(Statement set, connection_->Prepare(kSetMark));
      RETURN_IF_ERROR(set.Run(Blob{to.mark}, to.rotations));
    }
    RETURN_IF_ERROR(transaction.Commit());
  }
  return connection_->EmptyWal().status();  // where another connection reads, the last one to close does it
}

absl::Status KeyDatabase::Each(absl::FunctionRef<void(const KeyRow&)> each) {
  for (int64_t after = 0;;) {
    ASSIGN_OR_RETURN(Transaction transaction, Transaction::Read(*connection_));
    ASSIGN_OR_RETURN(const std::vector<KeyRow> rows, ReadKeys(after));
    if (rows.empty()) return absl::OkStatus();
    after = rows.back().number;
    for (const KeyRow& row : rows)
      if (!row.destroyed()) each(row);
  }
}

absl::StatusOr<std::string> KeyDatabase::FindDamage() {
  ASSIGN_OR_RETURN(Transaction transaction, Transaction::Read(*connection_));
  return ReadPageDamage(*connection_);
}

absl::Status KeyDatabase::CopyTo(const std::string& path) { return CopyDatabase(*connection_, path); }

absl::Status KeyDatabase::Checkpoint() { return connection_->Checkpoint(/*restart=*/true); }

}  // namespace cartwheel
