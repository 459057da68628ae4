// What every case of the bench needs: sizes from the command line, a meter, and tables. Measures the process as the
// kernel sees it (getrusage, /proc/self), never what the measured code says of itself.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cartwheel::bench {

// Sizes of one run; the case's own defaults are filled in before it is called.
struct BenchOptions {
  int64_t events = 0;     // or timers, or messages: what the case counts
  int64_t customers = 0;  // 0: a tenth of the events
  int repeat = 1;         // the middle one of so many runs is printed
};

// Ends the bench with exit code 1: a figure of a run that went wrong is worth nothing. It is thrown to main, so that
// scratch folders are removed on the way.
[[noreturn]] void Fail(const std::string& message);
void Require(bool holds, const std::string& message);

struct Figures {
  double seconds = 0;
  double cpu_seconds = 0;       // of all threads, user and system
  int64_t written_bytes = 0;    // handed to the disk
  int64_t flushes = 0;          // fsync and fdatasync
  int64_t peak_rss_bytes = 0;   // of the process, since the meter was made
  int64_t database_bytes = 0;   // set by the case
  std::vector<double> laps_ms;  // each Lap, or each Start-Stop without one
};

// Sums what is spent between Start and Stop.
class Meter {
 public:
  Meter();
  void Start();
  void Stop();
  // Between the two: what single calls take.
  template <typename Call>
  void Lap(Call call) {
    const auto began = std::chrono::steady_clock::now();
    call();
    laps_ms_.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began).count());
  }
  double seconds() const;  // up to now
  Figures Read() const;

 private:
  Figures sum_;
  bool running_ = false;
  std::vector<double> laps_ms_;
  std::chrono::steady_clock::time_point start_;
  double cpu_start_ = 0;
  int64_t written_start_ = 0;
  int64_t flushes_start_ = 0;
};

// The q-th quantile (0..1) by nearest rank; 0 of nothing.
double Quantile(std::vector<double> values, double q);
inline double Median(std::vector<double> values) { return Quantile(std::move(values), 0.5); }

// A folder of this run's own under $TMPDIR or /tmp, removed with all that is in it.
class ScratchDirectory {
 public:
  ScratchDirectory();
  ~ScratchDirectory();
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;
  std::string File(std::string_view name) const { return path_ + "/" + std::string(name); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// The size of an SQLite file with its -wal and -shm.
int64_t DatabaseBytes(const std::string& path);

// CPU, cores, kernel, and what an append of 4 KiB with fdatasync costs in the scratch folder's file system.
std::string MachineLine();

// Columns are as wide as their widest cell; the first is set to the left, the others to the right.
class Table {
 public:
  explicit Table(std::vector<std::string> header) { rows_.push_back(std::move(header)); }
  void Row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  void Print() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

std::string Count(double value);   // 1,234,567
std::string Bytes(int64_t bytes);  // 12.3 MB
std::string Fixed(double value, int decimals);

}  // namespace cartwheel::bench
