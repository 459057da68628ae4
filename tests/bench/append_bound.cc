#include "tests/bench/append_bound.h"

#include <fcntl.h>
#include <unistd.h>
#include <zstd.h>

#include "tests/bench/sqlite_file.h"

namespace cartwheel::bench {
namespace {

constexpr const char* kSetup = R"(
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA wal_autocheckpoint = 20000;
  CREATE TABLE log(row INTEGER PRIMARY KEY, events INTEGER NOT NULL, bytes BLOB NOT NULL);
)";
constexpr const char* kInsert = "INSERT INTO log(events, bytes) VALUES(?, ?)";
constexpr int kZstdLevel = 1;

class LogAppend final : public Job {
 public:
  explicit LogAppend(const std::string& path) : open_(std::make_unique<Open>(path)), zstd_(ZSTD_createCCtx()) {}
  ~LogAppend() override { ZSTD_freeCCtx(zstd_); }

  void Take(const Batch& batch) override {
    packed_.resize(ZSTD_compressBound(batch.ndjson.size()));
    const size_t size =
        ZSTD_compressCCtx(zstd_, packed_.data(), packed_.size(), batch.ndjson.data(), batch.ndjson.size(), kZstdLevel);
    Require(ZSTD_isError(size) == 0, "zstd: expected a batch that can be compressed");
    open_->insert.BindBlob(2, {packed_.data(), size});
    open_->insert.With(batch.events).Run();
  }
  void PassTo(int64_t) override {}
  void Close() override { open_.reset(); }
  std::optional<JobOutcome> Read() override { return std::nullopt; }

 private:
  struct Open {
    explicit Open(const std::string& path) : file(path, kSetup) {}
    SqliteFile file;
    Statement insert{file.get(), kInsert};
  };

  std::unique_ptr<Open> open_;
  ZSTD_CCtx* zstd_;
  std::string packed_;
};

class FileAppend final : public Job {
 public:
  explicit FileAppend(const std::string& path) : file_(open(path.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600)) {
    Require(file_ >= 0, path + ": expected a file that can be written");
  }

  void Take(const Batch& batch) override {
    std::string_view rest = batch.ndjson;
    while (!rest.empty()) {
      const ssize_t written = write(file_, rest.data(), rest.size());
      Require(written > 0, "append: expected room to write");
      rest.remove_prefix(static_cast<size_t>(written));
    }
    Require(fdatasync(file_) == 0, "fdatasync: expected a disk that flushes");
  }
  void PassTo(int64_t) override {}
  void Close() override { close(file_); }
  std::optional<JobOutcome> Read() override { return std::nullopt; }

 private:
  const int file_;
};

}  // namespace

std::unique_ptr<Job> MakeLogAppend(const std::string& path) { return std::make_unique<LogAppend>(path); }
std::unique_ptr<Job> MakeFileAppend(const std::string& path) { return std::make_unique<FileAppend>(path); }

}  // namespace cartwheel::bench
