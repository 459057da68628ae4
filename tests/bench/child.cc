#include "tests/bench/child.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <new>

#include "tests/bench/bench.h"

namespace cartwheel::bench {

Child::Child(const std::function<std::vector<double>()>& work) {
  int ends[2];
  Require(pipe(ends) == 0, "pipe: expected two ends");
  std::fflush(nullptr);
  process_ = fork();
  Require(process_ >= 0, "fork: expected a child");
  pipe_ = ends[0];
  if (process_ > 0) {
    close(ends[1]);
    return;
  }
  close(ends[0]);
  int code = 0;
  try {
    const std::vector<double> report = work();
    const size_t bytes = report.size() * sizeof(double);
    if (write(ends[1], report.data(), bytes) != static_cast<ssize_t>(bytes)) code = 1;
  } catch (const std::exception& error) {
    fmt::print(stderr, "cartwheel_bench: a child: {}\n", error.what());
    code = 1;
  }
  _exit(code);
}

Child::~Child() {
  if (pipe_ < 0) return;
  close(pipe_);
  waitpid(process_, nullptr, 0);
}

std::vector<double> Child::Wait() {
  std::vector<double> report;
  double number = 0;
  while (read(pipe_, &number, sizeof number) == sizeof number) report.push_back(number);
  int state = 0;
  Require(waitpid(process_, &state, 0) == process_ && state == 0, "a child process: expected it to end well");
  close(pipe_);
  pipe_ = -1;
  return report;
}

Shared::Shared() {
  void* page = mmap(nullptr, sizeof *value_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  Require(page != MAP_FAILED, "mmap: expected a page");
  value_ = new (page) std::atomic<int64_t>(0);
}

Shared::~Shared() { munmap(value_, sizeof *value_); }

double PeakRssBytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) * 1024;
}

}  // namespace cartwheel::bench
