#include "tests/bench/bench.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <malloc.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "tests/bench/flushes.h"

namespace cartwheel::bench {
namespace {

// The value after `name` in a file of "name: value" lines, as /proc writes them; empty when there is none.
std::string FieldOf(const char* path, std::string_view name) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.compare(0, name.size(), name) != 0) continue;
    const size_t begin = line.find_first_not_of(" \t", line.find(':') + 1);
    return begin == std::string::npos ? "" : line.substr(begin);
  }
  return "";
}

int64_t NumberOf(const char* path, std::string_view name) {
  return std::strtoll(FieldOf(path, name).c_str(), nullptr, 10);
}

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) { return static_cast<double>(time.tv_sec) + time.tv_usec * 1e-6; };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

int64_t WrittenBytes() { return NumberOf("/proc/self/io", "write_bytes"); }

double FlushMilliseconds(const std::string& path) {
  constexpr int kAppends = 200;
  const std::array<char, 4096> page{};
  const int file = open(path.c_str(), O_CREAT | O_WRONLY | O_APPEND, 0600);
  Require(file >= 0, path + ": expected a file that can be written");
  Meter meter;
  for (int i = 0; i < kAppends; ++i) {
    meter.Start();
    Require(write(file, page.data(), page.size()) == static_cast<ssize_t>(page.size()) && fdatasync(file) == 0,
            path + ": expected room to write");
    meter.Stop();
  }
  close(file);
  return Median(meter.Read().laps_ms);
}

size_t Width(std::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

}  // namespace

void Fail(const std::string& message) { throw std::runtime_error(message); }

void Require(bool holds, const std::string& message) {
  if (!holds) Fail(message);
}

Meter::Meter() {
  malloc_trim(0);                                 // what the job before has freed
  std::ofstream("/proc/self/clear_refs") << "5";  // begins VmHWM anew, where the kernel lets us
}

void Meter::Start() {
  running_ = true;
  written_start_ = WrittenBytes();
  flushes_start_ = Flushes();
  cpu_start_ = CpuSeconds();
  start_ = std::chrono::steady_clock::now();
}

void Meter::Stop() {
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start_;
  running_ = false;
  sum_.seconds += spent.count();
  if (laps_ms_.empty()) laps_ms_.push_back(spent.count() * 1e3);
  sum_.laps_ms.insert(sum_.laps_ms.end(), laps_ms_.begin(), laps_ms_.end());
  laps_ms_.clear();
  sum_.cpu_seconds += CpuSeconds() - cpu_start_;
  sum_.written_bytes += WrittenBytes() - written_start_;
  sum_.flushes += Flushes() - flushes_start_;
}

double Meter::seconds() const {
  const std::chrono::duration<double> since = std::chrono::steady_clock::now() - start_;
  return sum_.seconds + (running_ ? since.count() : 0);
}

Figures Meter::Read() const {
  Figures figures = sum_;
  figures.peak_rss_bytes = NumberOf("/proc/self/status", "VmHWM") * 1024;
  return figures;
}

double Quantile(std::vector<double> values, double q) {
  if (values.empty()) return 0;
  const auto rank = static_cast<size_t>(std::ceil(q * static_cast<double>(values.size())));
  const auto nth = values.begin() + static_cast<std::ptrdiff_t>(std::max<size_t>(rank, 1) - 1);
  std::nth_element(values.begin(), nth, values.end());
  return *nth;
}

ScratchDirectory::ScratchDirectory() {
  path_ = (std::filesystem::temp_directory_path() / "cartwheel_bench_XXXXXX").string();
  Require(mkdtemp(path_.data()) != nullptr, path_ + ": expected a folder that can be written; set TMPDIR");
}

ScratchDirectory::~ScratchDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

int64_t DatabaseBytes(const std::string& path) {
  int64_t bytes = 0;
  for (const char* suffix : {"", "-wal", "-shm"}) {
    std::error_code missing;
    const auto size = std::filesystem::file_size(path + suffix, missing);
    if (!missing) bytes += static_cast<int64_t>(size);
  }
  return bytes;
}

std::string MachineLine() {
  utsname kernel{};
  uname(&kernel);
  const ScratchDirectory scratch;
  return fmt::format("{}, {} cores, {} {}; append + fdatasync {:.2f} ms under {}",
                     FieldOf("/proc/cpuinfo", "model name"), std::thread::hardware_concurrency(), kernel.sysname,
                     kernel.release, FlushMilliseconds(scratch.File("flush")),
                     std::filesystem::temp_directory_path().string());
}

void Table::Print() const {
  std::vector<size_t> widths;
  for (const auto& row : rows_) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], Width(row[i]));
  }
  for (const auto& row : rows_) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      const std::string padding(widths[i] - Width(row[i]), ' ');
      line += i == 0 ? row[i] + padding : "  " + padding + row[i];
    }
    fmt::print("{}\n", line);
  }
  std::fflush(stdout);
}

std::string Count(double value) {
  std::string text = fmt::format("{:.0f}", value);
  for (int at = static_cast<int>(text.size()) - 3; at > (text[0] == '-' ? 1 : 0); at -= 3)
    text.insert(static_cast<size_t>(at), 1, ',');
  return text;
}

std::string Bytes(int64_t bytes) { return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6); }

std::string Fixed(double value, int decimals) { return fmt::format("{:.{}f}", value, decimals); }

}  // namespace cartwheel::bench
