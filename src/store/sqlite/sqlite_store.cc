// Which connection does what, and how durable it is.
//
// The writer does everything that the engine lives on (Append, the lease, what the fold reads, Commit, changes of the
// outbox), one thread at a time: SQLite lets one write at a time anyway, and a commit of another connection would throw
// away the pages that this one has in memory. The reader answers queries, which may take long, from one state of the
// file. A third one, opened when it is needed first, moves the WAL into the file: without the writer's mutex, so that
// no caller's ingest waits for it.
//
// No commit flushes by itself. Append and changes of the outbox flush the WAL before they answer, after their commit
// and outside of the mutex, one fdatasync for all who wait (flush.h). It makes durable everything that any connection
// of any process committed before it; recovery reads the WAL up to the first frame that is not whole. Hence a fold's
// commit, which no caller waits for, is durable before anything that came after it: no message it made is handed out,
// and no event after it acknowledged, unless it survives; and what is lost with the power is lost together with the
// cursor, and folded again.
//
// A scratch file has one connection for everything, which commits many transactions as one and flushes nothing.
#include "store/sqlite/sqlite_store.h"

#include <sys/stat.h>
#include <sys/statvfs.h>

#include <atomic>
#include <filesystem>
#include <functional>
#include <optional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/cleanup/cleanup.h"
#include "absl/synchronization/mutex.h"
#include "base/status.h"
#include "fmt/format.h"
#include "store/sqlite/accesses.h"
#include "store/sqlite/alarms.h"
#include "store/sqlite/backup.h"
#include "store/sqlite/claim_rows.h"
#include "store/sqlite/commit.h"
#include "store/sqlite/connection.h"
#include "store/sqlite/consents.h"
#include "store/sqlite/database_file.h"
#include "store/sqlite/erasures.h"
#include "store/sqlite/flush.h"
#include "store/sqlite/lease.h"
#include "store/sqlite/log.h"
#include "store/sqlite/messages.h"
#include "store/sqlite/outbox.h"
#include "store/sqlite/place.h"
#include "store/sqlite/queries.h"
#include "store/sqlite/redo.h"
#include "store/sqlite/retention.h"
#include "store/sqlite/schema.h"
#include "store/sqlite/write_back.h"

namespace cartwheel {
namespace {

constexpr int64_t kWriterCacheBytes = int64_t{16} << 20;
constexpr int64_t kReaderCacheBytes = int64_t{4} << 20;
constexpr int64_t kCheckpointerCacheBytes = int64_t{64} << 10;  // it reads no page
// The WAL is moved into the file when it has grown to this many pages of 4 KiB. More would save few writes (cart72: 3 %
// of the bytes at 20,000) and make the calls that move it half as long again.
constexpr int kFoldWalPages = 8'000;
// A fold waits for the helper that moves it from here on.
constexpr int kHelpedWalPages = 16'000;
// wal_bytes_max: without a worker, Append and changes of the outbox do it, so that the WAL does not grow without end.
constexpr int kWalPagesMax = 18'000;
constexpr size_t kDrainMax = 2'000;  // customers of one transaction when the lease is given up

class SqliteStore final : public Store {
 public:
  SqliteStore(std::string path, const StoreOptions& options) : path_(std::move(path)), options_(options) {}
  ~SqliteStore() override {
    if (marked_) (void)MarkManualClock(*writer_, false);
    if (writer_ != nullptr) (void)writer_->CommitScratch();
  }

  absl::Status Open() {
    RETURN_IF_ERROR(CheckFileMode(options_.file_mode));
    ASSIGN_OR_RETURN(writer_, Connect(kWriterCacheBytes));
    RETURN_IF_ERROR(PrepareSchema(*writer_));
    RETURN_IF_ERROR(CheckClock());
    std::error_code ignored;
    full_path_ = std::filesystem::absolute(path_, ignored).string();
    opened_ = FileOf(full_path_);
    RETURN_IF_ERROR(Flush());  // what makes a file ours
    reader_ = writer_;
    if (!options_.scratch) {
      ASSIGN_OR_RETURN(reader_, Connect(kReaderCacheBytes));
    }
    ASSIGN_OR_RETURN(hash_key_, ReadHashKey(*reader_));
    place_ = PlaceOf(hash_key_, options_, opened_ ? opened_->second : 0);
    return SettlePlace(*writer_, place_);
  }

  HashKey hash_key() const override { return hash_key_; }
  std::string File() const override { return path_; }
  std::string WrittenFile() const override { return path_ + "-wal"; }

  absl::StatusOr<Position> Append(const LogRow& row) override {
    if (row.count <= 0)
      return absl::InvalidArgumentError(fmt::format("a log row of {} events, expected at least 1", row.count));
    RETURN_IF_ERROR(CheckFreeDisk());
    RETURN_IF_ERROR(CheckPlace());
    Position last;
    {
      absl::MutexLock lock(&writer_->mutex);
      ASSIGN_OR_RETURN(last, AppendLogRow(*writer_, row, options_.log_bytes_max));
      RETURN_IF_ERROR(writer_->CheckpointOver(kWalPagesMax, /*restart=*/false));
    }
    if (options_.durability == StoreOptions::Durability::kFull) RETURN_IF_ERROR(Flush());
    return last;
  }
  absl::StatusOr<LogHead> Head() override { return ReadOn(*writer_, ReadHead); }
  absl::StatusOr<std::vector<LogRow>> ReadLog(Position after, Position until, int64_t events_max) override {
    return ReadOn(*writer_, [&](Connection& c) { return ReadLogRows(c, after, until, events_max); });
  }

  absl::StatusOr<FoldState> TakeLease(uint64_t holder, const LeaseTime& now, const LeaseTime& end) override {
    absl::MutexLock lock(&writer_->mutex);
    ASSIGN_OR_RETURN(FoldState state, TakeFoldLease(*writer_, holder, now, end));
    if (!write_back_.KnowsFor(state.epoch)) {
      ASSIGN_OR_RETURN(Transaction transaction, Transaction::Read(*writer_));
      RETURN_IF_ERROR(write_back_.Recover(*writer_, state.epoch));
    }
    return state;
  }
  absl::Status ReleaseLease(Epoch epoch) override {
    absl::MutexLock lock(&writer_->mutex);
    RETURN_IF_ERROR(DrainWriteBack(epoch));
    RETURN_IF_ERROR(ReleaseFoldLease(*writer_, epoch));
    return writer_->CommitScratch();
  }
  absl::StatusOr<std::vector<CustomerRow>> Resolve(absl::Span<const std::string> keys) override {
    return ReadOn(*writer_, [&](Connection& c) { return HeldWriteBack().Resolve(c, keys); });
  }
  absl::StatusOr<std::vector<std::string>> Load(absl::Span<const CustomerRow> rows) override {
    return ReadOn(*writer_, [&](Connection& c) { return HeldWriteBack().Load(c, rows); });
  }
  absl::Status Alarms(int64_t from_hour, int64_t before_hour, EachAlarm each) override {
    return ReadOn(*writer_, [&](Connection& c) { return ReadAlarms(c, from_hour, before_hour, each); });
  }
  absl::StatusOr<std::optional<int64_t>> FirstAlarm(int64_t from_hour) override {
    return ReadOn(*writer_, [&](Connection& c) { return ReadFirstAlarm(c, from_hour); });
  }
  absl::Status Commit(FoldWrite write) override {
    int wal_pages = 0;
    {
      absl::MutexLock lock(&writer_->mutex);
      absl::Cleanup forget = [this] { HeldWriteBack().Forget(); };
      RETURN_IF_ERROR(CommitFold(*writer_, write, options_.log_keep_ms, write_back_));
      std::move(forget).Cancel();
      wal_pages = writer_->wal_pages();
    }
    return MaybeCheckpoint(wal_pages);
  }

  absl::StatusOr<std::unique_ptr<OutboxChange>> BeginOutbox(const OutboxPlan& plan) override {
    return BeginOutboxChange({.connection = writer_.get(),
                              .write_back = &write_back_,
                              .wal_pages_max = kWalPagesMax,
                              .place = place_,
                              .flush = [this] { return Flush(); }},
                             plan);
  }
  absl::StatusOr<std::optional<int64_t>> NextReady() override { return ReadOn(*writer_, ReadNextReady); }
  absl::StatusOr<std::optional<LeaseTime>> NextLapse() override { return ReadOn(*writer_, ReadNextLapse); }

  absl::Status SaveDefinition(Revision revision, const std::string& content, int64_t now_ms) override {
    return WriteDurably([&](Connection& c) { return InsertDefinition(c, revision, content, now_ms); });
  }
  absl::StatusOr<std::optional<std::string>> Definition(Revision revision) override {
    return ReadOn(*reader_, [&](Connection& c) { return ReadDefinition(c, revision); });
  }
  absl::StatusOr<Revision> LatestRevision() override { return ReadOn(*reader_, ReadLatestRevision); }
  absl::StatusOr<std::vector<Revision>> Revisions() override { return ReadOn(*reader_, ReadRevisions); }

  absl::StatusOr<StoredHolds> Holds() override { return ReadOn(*reader_, ReadHolds); }
  absl::Status SaveHolds(int64_t version, const std::string& data) override {
    return WriteDurably([&](Connection& c) { return ReplaceHolds(c, version, data); });
  }

  absl::StatusOr<std::string> SealMark() override { return ReadOn(*reader_, ReadSealMark); }
  absl::Status SetSealMark(const std::string& mark) override {
    return WriteDurably([&](Connection& c) { return WriteSealMark(c, mark); });
  }

  absl::StatusOr<std::vector<StoredCustomer>> Customers(CustomerRow after_row, size_t limit) override {
    return ReadOn(*reader_, [&](Connection& c) { return ListCustomers(c, after_row, limit); });
  }
  absl::StatusOr<std::vector<MessageRow>> Messages(absl::Span<const MessageId> ids) override {
    return ReadOn(*reader_, [&](Connection& c) { return FindMessages(c, ids); });
  }
  absl::StatusOr<std::vector<MessageRow>> ListMessages(const MessageFilter& filter) override {
    return ReadOn(*reader_, [&](Connection& c) { return ListMessageRows(c, filter); });
  }
  absl::StatusOr<std::optional<DecisionRow>> Decision(DecisionId id) override {
    return ReadOn(*reader_, [&](Connection& c) { return ReadDecision(c, id); });
  }
  absl::StatusOr<std::vector<WarningRow>> Warnings(size_t limit) override {
    return ReadOn(*reader_, [&](Connection& c) { return ListWarnings(c, limit); });
  }
  absl::StatusOr<std::vector<RefusedRow>> Refused(size_t limit) override {
    return ReadOn(*reader_, [&](Connection& c) { return ListRefused(c, limit); });
  }
  absl::StatusOr<std::vector<ConsentRow>> Consents(CustomerRow customer, ConsentId after_id, size_t limit) override {
    return ReadOn(*reader_, [&](Connection& c) { return ListConsents(c, customer, after_id, limit); });
  }
  absl::StatusOr<std::vector<CounterRow>> Counters() override { return ReadOn(*reader_, ListCounters); }
  absl::StatusOr<int64_t> BusiestTally(const std::string& channel, int64_t from_slot, int64_t before_slot) override {
    return ReadOn(*reader_, [&](Connection& c) { return ReadBusiestTally(c, channel, from_slot, before_slot); });
  }
  absl::StatusOr<StoreStatus> Status() override {
    ASSIGN_OR_RETURN(StoreStatus status, ReadOn(*reader_, ReadStoreStatus));
    ASSIGN_OR_RETURN(const int64_t place, ReadOn(*reader_, ReadPlace));
    status.copied = place != place_;
    status.wal_bytes = FileBytes(path_ + "-wal");
    status.database_bytes = FileBytes(path_) + status.wal_bytes;
    status.free_disk_bytes = FreeDiskBytes();
    return status;
  }

  absl::StatusOr<std::vector<ErasureRow>> Erasures(ErasureId after_id, bool pending, size_t limit) override {
    return ReadOn(*reader_, [&](Connection& c) { return ListErasures(c, after_id, pending, limit); });
  }
  absl::StatusOr<ErasureId> NewestErasure() override { return ReadOn(*writer_, ReadNewestErasure); }
  absl::StatusOr<std::vector<MessageOwner>> Owners(MessageId after, size_t limit) override {
    return ReadOn(*writer_, [&](Connection& c) { return ListOwners(c, after, limit); });
  }
  absl::Status CommitSweep(const SweepWrite& write) override {
    absl::MutexLock lock(&writer_->mutex);
    return CommitSweepSlice(*writer_, write);
  }
  absl::StatusOr<int64_t> MarkStates(Epoch epoch) override {
    absl::MutexLock lock(&writer_->mutex);
    if (!write_back_.KnowsFor(epoch)) return absl::AbortedError("lease_lost: another worker folds");
    return write_back_.newest_redo();
  }
  absl::StatusOr<bool> DropStates(Epoch epoch, int64_t mark, size_t limit) override {
    const absl::Cleanup pause = [this] { writer_->LetWritersIn(); };
    absl::MutexLock lock(&writer_->mutex);
    ASSIGN_OR_RETURN(Transaction transaction, Transaction::Write(*writer_));
    ASSIGN_OR_RETURN(Epoch stored, ReadEpoch(*writer_));
    if (stored != epoch || !write_back_.KnowsFor(epoch)) return absl::AbortedError("lease_lost: another worker folds");
    absl::Cleanup forget = [this] { HeldWriteBack().Forget(); };
    ASSIGN_OR_RETURN(const bool done, write_back_.DropRedoUpTo(*writer_, mark, limit));
    RETURN_IF_ERROR(transaction.Commit());
    std::move(forget).Cancel();
    return done;
  }
  absl::StatusOr<bool> EmptyChanges() override {
    absl::MutexLock lock(&checkpointer_mutex_);
    ASSIGN_OR_RETURN(Connection * connection, Checkpointer());
    return connection->EmptyWal();
  }

  absl::StatusOr<bool> DropOld(Epoch epoch, const KeepSpans& keep, size_t limit) override {
    const absl::Cleanup pause = [this] { writer_->LetWritersIn(); };
    absl::MutexLock lock(&writer_->mutex);
    ASSIGN_OR_RETURN(Transaction transaction, Transaction::Write(*writer_));
    ASSIGN_OR_RETURN(Epoch stored, ReadEpoch(*writer_));
    if (stored != epoch) return absl::AbortedError("lease_lost: another worker folds");
    ASSIGN_OR_RETURN(const bool more, DropOldRows(*writer_, keep, limit));
    RETURN_IF_ERROR(transaction.Commit());
    return more;
  }

  absl::Status NoteAccess(const AccessRow& row) override {
    absl::MutexLock lock(&writer_->mutex);
    return AddAccess(*writer_, row);
  }
  absl::StatusOr<std::vector<AccessRow>> Accesses(AccessId after_id, const std::string& subject,
                                                  size_t limit) override {
    return ReadOn(*reader_, [&](Connection& c) { return ListAccesses(c, after_id, subject, limit); });
  }

  absl::Status Backup(const std::string& path) override { return CopyDatabase(*reader_, path); }
  absl::StatusOr<std::string> FindDamage() override { return ReadOn(*reader_, ReadDamage); }
  absl::Status MarkRestored(int64_t now_ms) override {
    {
      absl::MutexLock lock(&writer_->mutex);
      RETURN_IF_ERROR(MarkFoldRestored(*writer_, now_ms));
      write_back_.Forget();
    }
    return Flush();
  }

  absl::Status Adopt() override {
    return WriteDurably([&](Connection& c) { return MovePlace(c, place_); });
  }

  absl::Status Checkpoint() override {
    if (options_.scratch) {
      absl::MutexLock lock(&writer_->mutex);
      RETURN_IF_ERROR(writer_->CommitScratch());
      return writer_->Checkpoint(/*restart=*/true);
    }
    absl::MutexLock lock(&checkpointer_mutex_);
    ASSIGN_OR_RETURN(Connection * connection, Checkpointer());
    return connection->Checkpoint(/*restart=*/true);
  }
  void SetCheckpointRequest(std::function<void()> request) override {
    absl::MutexLock lock(&checkpoint_request_mutex_);
    checkpoint_request_ = std::move(request);
  }

 private:
  // Runs `write` in a transaction of its own, durable on return.
  template <typename Write>
  absl::Status WriteDurably(Write write) {
    {
      absl::MutexLock lock(&writer_->mutex);
      ASSIGN_OR_RETURN(Transaction transaction, Transaction::Write(*writer_));
      RETURN_IF_ERROR(write(*writer_));
      RETURN_IF_ERROR(transaction.Commit());
    }
    return Flush();
  }

  // Times of a test's clock in a shop's file would skip what is planned, and the other way round.
  absl::Status CheckClock() {
    ASSIGN_OR_RETURN(const bool marked, ReadManualClock(*writer_));
    if (marked && !options_.manual_clock)
      return absl::FailedPreconditionError(
          fmt::format("{} is, or was left, open under a clock that is set by hand: close it there, or open it with "
                      "manual_clock_ms and close it; a shop's file is another one",
                      path_));
    if (options_.manual_clock && !marked) RETURN_IF_ERROR(MarkManualClock(*writer_, true));
    marked_ = options_.manual_clock;
    return absl::OkStatus();
  }

  absl::StatusOr<std::unique_ptr<Connection>> Connect(int64_t cache_bytes) const {
    return Connection::Open(path_, {.cache_bytes = cache_bytes,
                                    .busy_timeout_ms = options_.busy_timeout_ms,
                                    .file_mode = options_.file_mode,
                                    .scratch = options_.scratch});
  }

  // After a fold's commit, without the mutex. When readers hold the WAL, it is not tried again before a quarter more
  // has come.
  absl::Status MaybeCheckpoint(int wal_pages) {
    if (wal_pages < wal_pages_seen_.exchange(wal_pages)) checkpoint_at_ = kFoldWalPages;  // it has begun anew
    if (wal_pages < checkpoint_at_) return absl::OkStatus();
    checkpoint_at_ = wal_pages + kFoldWalPages / 4;
    {
      absl::MutexLock lock(&checkpoint_request_mutex_);
      if (checkpoint_request_ != nullptr && wal_pages < kHelpedWalPages) {
        checkpoint_request_();
        return absl::OkStatus();
      }
    }
    return Checkpoint();
  }

  // After a commit, without the mutex.
  absl::Status Flush() {
    if (options_.scratch) return absl::OkStatus();
    return flusher_.Flush([this] { return writer_->FlushWal(); });
  }

  absl::StatusOr<Connection*> Checkpointer() ABSL_EXCLUSIVE_LOCKS_REQUIRED(checkpointer_mutex_) {
    if (checkpointer_ == nullptr) {
      ASSIGN_OR_RETURN(checkpointer_, Connect(kCheckpointerCacheBytes));
    }
    return checkpointer_.get();
  }

  // `read(connection)` in one read transaction, which sees one state of the file.
  template <typename Read>
  static auto ReadOn(Connection& connection, Read&& read) -> decltype(read(connection)) {
    absl::MutexLock lock(&connection.mutex);
    ASSIGN_OR_RETURN(Transaction transaction, Transaction::Read(connection));
    return read(connection);
  }

  // For functions that the analysis does not follow into; their caller holds the mutex.
  WriteBack& HeldWriteBack() {
    writer_->mutex.AssertHeld();
    return write_back_;
  }

  // In transactions of a bounded length, while the lease is ours.
  absl::Status DrainWriteBack(Epoch epoch) ABSL_EXCLUSIVE_LOCKS_REQUIRED(writer_->mutex) {
    for (bool more = write_back_.KnowsFor(epoch); more;) {
      ASSIGN_OR_RETURN(Transaction transaction, Transaction::Write(*writer_));
      ASSIGN_OR_RETURN(Epoch stored, ReadEpoch(*writer_));
      if (stored != epoch) return absl::OkStatus();  // the release will say so
      absl::Cleanup forget = [this] { HeldWriteBack().Forget(); };
      ASSIGN_OR_RETURN(more, write_back_.Drain(*writer_, kDrainMax));
      RETURN_IF_ERROR(transaction.Commit());
      std::move(forget).Cancel();
    }
    return absl::OkStatus();
  }

  static int64_t FileBytes(const std::string& path) {
    std::error_code missing;
    const uintmax_t bytes = std::filesystem::file_size(path, missing);
    return missing ? 0 : static_cast<int64_t>(bytes);
  }

  int64_t FreeDiskBytes() const {  // -1: the system does not say
    struct statvfs disk;
    if (statvfs(path_.c_str(), &disk) != 0) return -1;
    return static_cast<int64_t>(disk.f_bavail) * static_cast<int64_t>(disk.f_frsize);
  }

  // A file as the system knows it; empty when there is none.
  static std::optional<std::pair<uint64_t, uint64_t>> FileOf(const std::string& path) {
    struct stat file;
    if (stat(path.c_str(), &file) != 0) return std::nullopt;
    return std::pair(static_cast<uint64_t>(file.st_dev), static_cast<uint64_t>(file.st_ino));
  }
  // SQLite writes on into a file that has no name any more, and what it acknowledges would be gone with the process.
  absl::Status CheckPlace() const {
    const auto there = FileOf(full_path_);
    if (there == opened_) return absl::OkStatus();
    return absl::FailedPreconditionError(
        fmt::format("{} was {} while it was open: nothing is written; close the engine and open the file again", path_,
                    there ? "replaced by another file" : "deleted or moved away"));
  }

  absl::Status CheckFreeDisk() const {
    if (options_.free_disk_min_bytes <= 0) return absl::OkStatus();
    const int64_t free_bytes = FreeDiskBytes();
    if (free_bytes < 0) return absl::OkStatus();  // the write itself will tell
    if (free_bytes >= options_.free_disk_min_bytes) return absl::OkStatus();
    return absl::ResourceExhaustedError(
        fmt::format("disk_full: {} bytes are free where {} lies, free_disk_min_bytes is {}", free_bytes, path_,
                    options_.free_disk_min_bytes));
  }

  const std::string path_;
  const StoreOptions options_;
  bool marked_ = false;  // under a clock that is set by hand
  std::string full_path_;
  std::optional<std::pair<uint64_t, uint64_t>> opened_;  // device and inode
  HashKey hash_key_;
  int64_t place_ = 0;
  std::shared_ptr<Connection> writer_, reader_;  // of a scratch file: the same
  WriteBack write_back_ ABSL_GUARDED_BY(writer_->mutex);
  Flusher flusher_;

  absl::Mutex checkpointer_mutex_;
  std::unique_ptr<Connection> checkpointer_ ABSL_GUARDED_BY(checkpointer_mutex_);
  absl::Mutex checkpoint_request_mutex_;
  std::function<void()> checkpoint_request_ ABSL_GUARDED_BY(checkpoint_request_mutex_);
  std::atomic<int> wal_pages_seen_{0};
  std::atomic<int> checkpoint_at_{kFoldWalPages};
};

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> OpenSqliteStore(const std::string& path, const StoreOptions& options) {
  auto store = std::make_unique<SqliteStore>(path, options);
  RETURN_IF_ERROR(store->Open());
  return std::unique_ptr<Store>(std::move(store));
}

}  // namespace cartwheel
