#include "store/sqlite/connection.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <thread>

#include "base/status.h"
#include "fmt/format.h"
#include "store/sqlite/database_file.h"

namespace cartwheel {
namespace {

// Another writer's transaction takes well under a millisecond: SQLite's own handler, which sleeps 1, 2, 5, … 100 ms,
// would make a waiting Append a hundred times slower than it need be. About 100 us at first, a millisecond at most.
constexpr int64_t kBusySleepMinUs = 100;
constexpr int64_t kBusySleepStepUs = 20;
constexpr int64_t kBusySleepMaxUs = 1'000;

constexpr int64_t kRestartWaitMs = 20;  // for readers, with the write lock held
constexpr int64_t kJournalSizeLimit = int64_t{64}
                                      << 20;  // a WAL that was longer is cut back to this when it begins anew

constexpr int kScratchCommits = 256;  // transactions that a scratch connection commits as one

constexpr char kBeginRead[] = "BEGIN";
constexpr char kBeginWrite[] = "BEGIN IMMEDIATE";
constexpr char kCommit[] = "COMMIT";
constexpr char kSavepoint[] = "SAVEPOINT one";
constexpr char kRelease[] = "RELEASE one";
constexpr char kRollbackTo[] = "ROLLBACK TO one; RELEASE one";
constexpr char kRollback[] = "ROLLBACK";

// {}: bytes of a page, pragmas of the VFS, cache in KiB, journal_size_limit. page_size counts only before the file has
// its first page.
constexpr char kPragmas[] =
    "PRAGMA page_size = {}; PRAGMA secure_delete = ON; PRAGMA foreign_keys = OFF; PRAGMA trusted_schema = OFF;"
    "PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY;"
    "{} PRAGMA cache_size = -{}; PRAGMA journal_size_limit = {};";

absl::Status RunOnce(Connection& connection, const char* sql) {
  ASSIGN_OR_RETURN(Statement statement, connection.Prepare(sql));
  return statement.Run();
}

}  // namespace

Statement::~Statement() {
  if (handle_ == nullptr) return;
  sqlite3_reset(handle_);
  sqlite3_clear_bindings(handle_);
}

void Statement::Reset() {
  sqlite3_reset(handle_);
  bound_ = SQLITE_OK;
}

void Statement::BindOne(int index, int64_t value) { Note(sqlite3_bind_int64(handle_, index, value)); }

// A null pointer would bind NULL, which an empty text is not.
void Statement::BindOne(int index, std::string_view text) {
  const char* data = text.data() == nullptr ? "" : text.data();
  Note(sqlite3_bind_text64(handle_, index, data, text.size(), SQLITE_STATIC, SQLITE_UTF8));
}

void Statement::BindOne(int index, Blob blob) {
  const char* data = blob.bytes.data() == nullptr ? "" : blob.bytes.data();
  Note(sqlite3_bind_blob64(handle_, index, data, blob.bytes.size(), SQLITE_STATIC));
}

absl::StatusOr<bool> Statement::Step() {
  if (bound_ != SQLITE_OK) return connection_->Error(bound_);
  int code = sqlite3_step(handle_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) {
    sqlite3_reset(handle_);  // a statement left at its end would keep the read transaction of an autocommit open
    return false;
  }
  absl::Status error = connection_->Error(code);
  sqlite3_reset(handle_);
  return error;
}

std::string_view Statement::View(int column) const {
  const void* bytes = sqlite3_column_blob(handle_, column);
  int size = sqlite3_column_bytes(handle_, column);
  return size == 0 ? std::string_view() : std::string_view(static_cast<const char*>(bytes), static_cast<size_t>(size));
}

std::string Statement::Bytes(int column) const { return std::string(View(column)); }

absl::StatusOr<std::unique_ptr<Connection>> Connection::Open(const std::string& path,
                                                             const ConnectionOptions& options) {
  std::unique_ptr<Connection> connection(new Connection(path));
  connection->busy_timeout_us_ = options.busy_timeout_ms * 1000;
  // Absolute, because SQLite would take "file:…" and ":memory:" for more than names.
  std::error_code ignored;
  const std::string full = std::filesystem::absolute(path, ignored).string();
  RETURN_IF_ERROR(CreateDatabaseFile(path, options.file_mode));
  constexpr int kFlags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  if (int code = sqlite3_open_v2(full.c_str(), &connection->handle_, kFlags, WalVfs()); code != SQLITE_OK) {
    return connection->Error(code);
  }
  if (sqlite3_db_readonly(connection->handle_, "main") == 1) {
    const std::string why = WhyRefused(path);
    return absl::FailedPreconditionError(why.empty() ? fmt::format("{} is read-only, it must be writable", path) : why);
  }
  connection->scratch_ = options.scratch;
  if (options.scratch) RETURN_IF_ERROR(connection->Execute("PRAGMA locking_mode = EXCLUSIVE;"));
  sqlite3_busy_handler(connection->handle_, &OnBusy, connection.get());
  sqlite3_wal_hook(connection->handle_, &OnCommit, connection.get());  // in place of the automatic checkpoint
  const absl::Status configured = connection->Execute(
      fmt::format(kPragmas, options.page_bytes, options.flushes_commits ? kFlushingPragmas : kWalVfsPragmas,
                  options.cache_bytes / 1024, kJournalSizeLimit));
  // The first look into the file: what is no database now never was one of ours.
  if (sqlite3_extended_errcode(connection->handle_) == SQLITE_NOTADB) {
    return absl::FailedPreconditionError(fmt::format("{} is not an SQLite database", path));
  }
  RETURN_IF_ERROR(configured);
  RETURN_IF_ERROR(connection->Prepare(kRollback).status());  // now: when it is needed there may be no memory
  return connection;
}

Connection::~Connection() {
  for (auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close(handle_);
}

absl::StatusOr<Statement> Connection::Prepare(const char* sql) {
  sqlite3_stmt*& statement = statements_[sql];
  if (statement == nullptr) {
    int code = sqlite3_prepare_v3(handle_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) return Error(code);
  }
  return Statement(this, statement);
}

absl::Status Connection::Execute(const std::string& sql) {
  int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? absl::OkStatus() : Error(code);
}

absl::Status Connection::Checkpoint(bool restart) {
  int code = sqlite3_wal_checkpoint_v2(handle_, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  if (code == SQLITE_OK && restart) {
    // Frames appended during the first pass would keep the WAL from ever beginning anew while writers are busy: the few
    // of them are copied under the write lock.
    const int64_t timeout_us = std::exchange(busy_timeout_us_, std::min(busy_timeout_us_, kRestartWaitMs * 1000));
    code = sqlite3_wal_checkpoint_v2(handle_, nullptr, SQLITE_CHECKPOINT_RESTART, nullptr, nullptr);
    busy_timeout_us_ = timeout_us;
  }
  const int kind = code & 0xff;
  if (code == SQLITE_OK || kind == SQLITE_BUSY || kind == SQLITE_LOCKED || kind == SQLITE_FULL) return absl::OkStatus();
  return Error(code);
}

absl::StatusOr<bool> Connection::EmptyWal() {
  RETURN_IF_ERROR(Checkpoint(/*restart=*/false));  // most of it, without the write lock
  const int64_t timeout_us = std::exchange(busy_timeout_us_, std::min(busy_timeout_us_, kRestartWaitMs * 1000));
  const int code = sqlite3_wal_checkpoint_v2(handle_, nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  busy_timeout_us_ = timeout_us;
  const int kind = code & 0xff;
  if (code == SQLITE_OK) return true;
  if (kind == SQLITE_BUSY || kind == SQLITE_LOCKED || kind == SQLITE_FULL) return false;
  return Error(code);
}

absl::Status Connection::CheckpointOver(int pages_max, bool restart) {
  if (wal_pages_ < std::max(pages_max, retry_pages_)) return absl::OkStatus();
  retry_pages_ = wal_pages_ + pages_max / 4;
  return Checkpoint(restart);
}

absl::Status Connection::FlushWal() {
  if (wal_ == nullptr || wal_->pMethods == nullptr) return absl::OkStatus();  // nothing was committed yet
  const int code = wal_->pMethods->xFileControl(wal_, kWalFlush, nullptr);
  if (code == SQLITE_OK) return absl::OkStatus();
  return absl::DataLossError(fmt::format("{}: the WAL could not be flushed (SQLite error {})", path_, code));
}

void Connection::LetWritersIn() const {
  if (!scratch_) std::this_thread::sleep_for(std::chrono::microseconds(kBusySleepMaxUs));
}

void Connection::DropWal() { TellWal(kWalDrop); }

void Connection::TellWal(int operation) {
  sqlite3_file* wal = nullptr;  // not kept: before the first commit it may be the journal of another mode
  sqlite3_file_control(handle_, "main", SQLITE_FCNTL_JOURNAL_POINTER, &wal);
  if (wal != nullptr && wal->pMethods != nullptr) wal->pMethods->xFileControl(wal, operation, nullptr);
}

absl::Status Connection::CopyTo(sqlite3* target) {
  absl::MutexLock lock(&mutex);
  sqlite3_backup* backup = sqlite3_backup_init(target, "main", handle_, "main");
  if (backup == nullptr)
    return absl::FailedPreconditionError(fmt::format("{} cannot be copied ({})", path_, sqlite3_errmsg(target)));
  sqlite3_backup_step(backup, -1);
  const int code = sqlite3_backup_finish(backup);
  if (code == SQLITE_OK) return absl::OkStatus();
  if ((code & 0xff) == SQLITE_FULL)
    return absl::ResourceExhaustedError(fmt::format("disk_full: no room for a copy of {}", path_));
  return absl::UnavailableError(fmt::format("the copy of {} was not finished ({})", path_, sqlite3_errstr(code)));
}

absl::Status Connection::Error(int code) {
  const char* text = handle_ == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(handle_);
  const bool no_space = handle_ != nullptr && sqlite3_system_errno(handle_) == ENOSPC;
  if (code == SQLITE_NOMEM || code == SQLITE_IOERR_NOMEM)
    return absl::ResourceExhaustedError(fmt::format("out_of_memory: SQLite got no more memory for {}", path_));
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return absl::UnavailableError(
          fmt::format("{} is locked by another program; busy_timeout_ms is {}", path_, busy_timeout_us_ / 1000));
    case SQLITE_FULL:
      return absl::ResourceExhaustedError(fmt::format("disk_full: no room to write {}", path_));
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH: {
      const std::string why = WhyRefused(path_);
      return absl::FailedPreconditionError(
          why.empty()
              ? fmt::format("{} cannot be written, it needs a directory and files that can be ({})", path_, text)
              : why);
    }
    case SQLITE_IOERR:
      if (no_space) return absl::ResourceExhaustedError(fmt::format("disk_full: no room to write {}", path_));
      // After a write or a flush that did not succeed it is not known what the disk holds: as good as broken until it
      // is opened anew.
      return absl::DataLossError(fmt::format("{}: {} (SQLite error {})", path_, text, code));
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return absl::DataLossError(fmt::format("{} is damaged: {} (SQLite error {})", path_, text, code));
    default:
      return absl::InternalError(fmt::format("{}: {} (SQLite error {})", path_, text, code));
  }
}

// Adds up the sleeps it asked for instead of reading a clock.
int Connection::OnBusy(void* self, int tries) {
  auto& connection = *static_cast<Connection*>(self);
  if (tries == 0) connection.waited_us_ = 0;
  if (connection.waited_us_ >= connection.busy_timeout_us_) return 0;
  const int64_t sleep_us = std::min(kBusySleepMinUs + tries * kBusySleepStepUs, kBusySleepMaxUs);
  std::this_thread::sleep_for(std::chrono::microseconds(sleep_us));
  connection.waited_us_ += sleep_us;
  return 1;
}

int Connection::OnCommit(void* self, sqlite3* handle, const char*, int wal_pages) {
  auto& connection = *static_cast<Connection*>(self);
  if (wal_pages < connection.wal_pages_) connection.retry_pages_ = 0;  // the WAL has begun anew
  connection.wal_pages_ = wal_pages;
  if (connection.wal_ == nullptr) sqlite3_file_control(handle, "main", SQLITE_FCNTL_JOURNAL_POINTER, &connection.wal_);
  return SQLITE_OK;
}

absl::Status Connection::CommitScratch() {
  if (scratch_open_ == 0) return absl::OkStatus();
  scratch_open_ = 0;
  return RunOnce(*this, kCommit);
}

absl::StatusOr<Transaction> Transaction::Read(Connection& connection) { return BeginOn(connection, /*writes=*/false); }
absl::StatusOr<Transaction> Transaction::Write(Connection& connection) { return BeginOn(connection, /*writes=*/true); }

absl::StatusOr<Transaction> Transaction::BeginOn(Connection& connection, bool writes) {
  if (connection.scratch_open_ > 0) {
    if (!connection.InTransaction())
      return absl::DataLossError(
          fmt::format("{}: an error took back what was written before it; the file is of no use", connection.path_));
    if (writes) RETURN_IF_ERROR(RunOnce(connection, kSavepoint));
    return Transaction(&connection, writes);
  }
  if (connection.InTransaction())
    RETURN_IF_ERROR(RunOnce(connection, kRollback));  // one whose rollback did not succeed
  RETURN_IF_ERROR(RunOnce(connection, writes ? kBeginWrite : kBeginRead));
  return Transaction(&connection, writes);
}

absl::Status Transaction::Commit() {
  if (!connection_->scratch_) {
    RETURN_IF_ERROR(RunOnce(*connection_, kCommit));
  } else {
    if (connection_->scratch_open_ > 0) RETURN_IF_ERROR(RunOnce(*connection_, kRelease));
    if (++connection_->scratch_open_ >= kScratchCommits) RETURN_IF_ERROR(connection_->CommitScratch());
  }
  connection_ = nullptr;
  return absl::OkStatus();
}

// SQLite rolls some failures back by itself (a full disk, an I/O error); then there is nothing left to do.
Transaction::~Transaction() {
  if (connection_ == nullptr) return;
  if (connection_->scratch_open_ > 0) {
    if (writes_ && connection_->InTransaction()) connection_->Execute(kRollbackTo).IgnoreError();
    return;
  }
  connection_
      ->DropWal();  // while the write lock is held; if SQLite gave it back by itself, before anything can be written
  if (connection_->InTransaction()) RunOnce(*connection_, kRollback).IgnoreError();
}

}  // namespace cartwheel
