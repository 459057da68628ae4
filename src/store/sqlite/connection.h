// One SQLite connection with its prepared statements: how every SQL text of this folder is run, and how SQLite's
// answers become absl::Status. A connection serves one thread at a time; threads that share it hold `mutex`.
//
// Statements are cached by the address of their text, so a text is a named constant, never a built string.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "base/id.h"
#include "store/sqlite/wal_vfs.h"

namespace cartwheel {

struct ConnectionOptions {
  int64_t cache_bytes = 2 << 20;
  int64_t busy_timeout_ms = 10'000;
  int file_mode = 0600;  // of a database that is not there yet
  // No other connection opens the file, and it may be lost: kScratchCommits transactions are committed as one.
  bool scratch = false;
  int page_bytes = 4096;  // of a file that has no page yet
  // A commit flushes the WAL before another connection sees it; else FlushWal does when it is called.
  bool flushes_commits = false;
};

// A value bound as BLOB; a std::string_view is bound as TEXT.
struct Blob {
  std::string_view bytes;
};

// The boots that leases count from are unsigned, SQLite's integers are not.
inline int64_t BootColumn(uint64_t boot) { return static_cast<int64_t>(boot); }

class Connection;

// A statement borrowed from the cache: reset and unbound when it leaves scope. Bound texts must live until then.
class Statement {
 public:
  Statement(Connection* connection, sqlite3_stmt* handle) : connection_(connection), handle_(handle) {}
  Statement(Statement&& other) noexcept : connection_(other.connection_), handle_(other.handle_), bound_(other.bound_) {
    other.handle_ = nullptr;
  }
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  // Resets the statement and binds ?1, ?2, … in order.
  template <typename... Values>
  void Bind(const Values&... values) {
    Reset();
    int index = 0;
    (BindOne(++index, values), ...);
  }
  [[nodiscard]] absl::StatusOr<bool> Step();  // true: a row
  // Binds and runs a statement that yields no row.
  template <typename... Values>
  [[nodiscard]] absl::Status Run(const Values&... values) {
    Bind(values...);
    return Step().status();
  }
  // Binds and steps to the first row.
  template <typename... Values>
  [[nodiscard]] absl::StatusOr<bool> First(const Values&... values) {
    Bind(values...);
    return Step();
  }

  int64_t Integer(int column) const { return sqlite3_column_int64(handle_, column); }
  std::string Bytes(int column) const;
  std::string_view View(int column) const;  // the same, until the next step

 private:
  void Reset();
  void BindOne(int index, int64_t value);
  template <typename Tag>
  void BindOne(int index, Id<Tag> id) {
    BindOne(index, id.value());
  }
  void BindOne(int index, std::string_view text);
  void BindOne(int index, Blob blob);
  void Note(int code) {
    if (bound_ == SQLITE_OK) bound_ = code;
  }

  Connection* connection_;
  sqlite3_stmt* handle_;
  int bound_ = SQLITE_OK;  // the first error of a bind; Step reports it
};

class Connection {
 public:
  [[nodiscard]] static absl::StatusOr<std::unique_ptr<Connection>> Open(const std::string& path,
                                                                        const ConnectionOptions& options);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  [[nodiscard]] absl::StatusOr<Statement> Prepare(const char* sql);
  [[nodiscard]] absl::Status Execute(const std::string& sql);  // any number of statements, not cached, rows ignored
  int64_t Changes() const { return sqlite3_changes64(handle_); }
  bool InTransaction() const { return sqlite3_get_autocommit(handle_) == 0; }

  // Copies the WAL into the main file. `restart` also makes the next writer begin the WAL anew: it holds the write lock
  // for the pages that came meanwhile and waits kRestartWaitMs for readers. A busy or full disk is no error: the WAL
  // keeps everything.
  [[nodiscard]] absl::Status Checkpoint(bool restart);
  // The same, and cuts the WAL to nothing. False: a reader or a writer holds it.
  [[nodiscard]] absl::StatusOr<bool> EmptyWal();
  // The same when this connection's last commit left at least `pages_max` pages in the WAL.
  [[nodiscard]] absl::Status CheckpointOver(int pages_max, bool restart);
  // In the WAL after this connection's last commit.
  int wal_pages() const { return wal_pages_; }

  // Makes everything durable that was committed before the call, by whatever connection: commits write the WAL, and
  // only this flushes it. From any thread, beside others that use the connection, one at a time; the connection must
  // have committed something.
  [[nodiscard]] absl::Status FlushWal();
  // Sleeps until others who wait for the write lock have looked for it: for who would take it again at once, between
  // slices of work that no caller waits for. The caller holds neither the lock nor `mutex`, for the same reason.
  void LetWritersIn() const;
  // What a transaction wrote that is not going to be committed (wal_vfs.h).
  void DropWal();
  // From now on EmptyWal overwrites the WAL before it cuts it. After something was read.
  void OverwriteWal() { TellWal(kWalOverwrite); }

  // The whole database, in one read transaction, into the main database of `target`. Holds `mutex`.
  [[nodiscard]] absl::Status CopyTo(sqlite3* target);

  [[nodiscard]] absl::Status Error(int code);  // of this connection's last call
  const std::string& path() const { return path_; }

  // Of a scratch connection: commits the transactions that are kept open together.
  [[nodiscard]] absl::Status CommitScratch();

  absl::Mutex mutex;

 private:
  friend class Transaction;
  explicit Connection(std::string path) : path_(std::move(path)) {}
  void TellWal(int operation);
  static int OnBusy(void* self, int tries);
  static int OnCommit(void* self, sqlite3* handle, const char* database, int wal_pages);

  std::string path_;
  sqlite3* handle_ = nullptr;
  sqlite3_file* wal_ = nullptr;  // SQLite's own, from the first commit until it is closed
  absl::flat_hash_map<const char*, sqlite3_stmt*> statements_;
  int64_t busy_timeout_us_ = 0;
  int64_t waited_us_ = 0;
  int wal_pages_ = 0;
  int retry_pages_ = 0;  // a checkpoint that readers held up is not tried again below this
  bool scratch_ = false;
  int scratch_open_ = 0;  // transactions that ended and are not committed
};

// BEGIN … COMMIT; rolled back when it leaves scope uncommitted.
class Transaction {
 public:
  [[nodiscard]] static absl::StatusOr<Transaction> Read(Connection& connection);  // one consistent state
  [[nodiscard]] static absl::StatusOr<Transaction> Write(
      Connection& connection);  // BEGIN IMMEDIATE: the write lock from here on
  Transaction(Transaction&& other) noexcept : connection_(other.connection_), writes_(other.writes_) {
    other.connection_ = nullptr;
  }
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  [[nodiscard]] absl::Status Commit();

 private:
  Transaction(Connection* connection, bool writes) : connection_(connection), writes_(writes) {}
  static absl::StatusOr<Transaction> BeginOn(Connection& connection, bool writes);
  Connection* connection_;
  bool writes_;
};

}  // namespace cartwheel
