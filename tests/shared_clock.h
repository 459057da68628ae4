// A clock whose wall time a test sets while the engine's threads read it; leases run on the machine's own.
#pragma once

#include <atomic>
#include <cstdint>

#include "cartwheel/clock.h"

namespace cartwheel {

class SharedClock final : public Clock {
 public:
  explicit SharedClock(int64_t now_ms = 0) : now_ms(now_ms) {}
  int64_t NowMs() override { return now_ms; }
  int64_t MonotonicMs() override { return SystemClock()->MonotonicMs(); }
  int64_t MonotonicUs() override { return SystemClock()->MonotonicUs(); }
  uint64_t BootId() override { return SystemClock()->BootId(); }
  std::atomic<int64_t> now_ms;
};

}  // namespace cartwheel
