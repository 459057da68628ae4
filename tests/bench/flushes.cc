// Stands in front of the C library's own functions: the linker binds the calls of every library of the process to
// these.
#include "tests/bench/flushes.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>

namespace {
std::atomic<int64_t> flushes{0};
}  // namespace

extern "C" int fsync(int file) {
  ++flushes;
  return static_cast<int>(syscall(SYS_fsync, file));
}

extern "C" int fdatasync(int file) {
  ++flushes;
  return static_cast<int>(syscall(SYS_fdatasync, file));
}

namespace cartwheel::bench {

int64_t Flushes() { return flushes; }

}  // namespace cartwheel::bench
