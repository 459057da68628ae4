// Time, as the engine is told it. A host leaves Options::clock empty and gets the system's; tests and replays hand in
// their own.
#pragma once

#include <cstdint>

namespace cartwheel {

class Clock {
 public:
  virtual ~Clock() = default;
  // Milliseconds since 1970-01-01T00:00:00Z. May jump, also backwards: that fires and unfires nothing.
  virtual int64_t NowMs() = 0;
  // Milliseconds that only run forward while the machine is up, the same for every process of the machine; leases are
  // counted on it.
  virtual int64_t MonotonicMs() = 0;
  // The same in microseconds, to measure with; a clock that is not that fine need not know it.
  virtual int64_t MonotonicUs() { return MonotonicMs() * 1000; }
  // Names the boot that MonotonicMs counts from: another value means that every lease of before has lapsed.
  virtual uint64_t BootId() = 0;
  // Of a test: a file that was opened under it is refused under the machine's clock until it is closed.
  virtual bool IsManual() const { return false; }
};

// The machine's own clocks. Never null, never freed.
Clock* SystemClock();

// A clock that is set by hand: for tests, replays and time travel. Not thread-safe.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(int64_t now_ms = 0) : now_ms_(now_ms) {}
  int64_t NowMs() override { return now_ms_; }
  int64_t MonotonicMs() override { return monotonic_ms_; }
  uint64_t BootId() override { return boot_; }
  void Set(int64_t now_ms) { now_ms_ = now_ms; }  // steps the wall clock only
  // Time goes by.
  void Pass(int64_t ms) {
    now_ms_ += ms;
    monotonic_ms_ += ms;
  }
  void PassMonotonic(int64_t ms) { monotonic_ms_ += ms; }
  void Reboot() {
    ++boot_;
    monotonic_ms_ = 0;
  }

 private:
  int64_t now_ms_;
  int64_t monotonic_ms_ = 0;
  uint64_t boot_ = 1;
};

}  // namespace cartwheel
