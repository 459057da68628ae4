// A clock that a host sets by hand, from any thread: time for tests, which leases follow.
#pragma once

#include <cstdint>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "cartwheel/clock.h"

namespace cartwheel::capi {

class SharedClock final : public Clock {
 public:
  explicit SharedClock(int64_t now_ms) : now_ms_(now_ms) {}
  int64_t NowMs() override {
    absl::MutexLock lock(&mutex_);
    return now_ms_;
  }
  int64_t MonotonicMs() override {
    absl::MutexLock lock(&mutex_);
    return elapsed_ms_;
  }
  uint64_t BootId() override { return kBoot; }
  bool IsManual() const override { return true; }
  // Forward, time goes by; back, only the wall clock is set.
  void Set(int64_t now_ms) {
    absl::MutexLock lock(&mutex_);
    if (now_ms > now_ms_) elapsed_ms_ += now_ms - now_ms_;
    now_ms_ = now_ms;
  }
  // To a moment that a verb was given, when that is later.
  void Reach(int64_t now_ms) {
    absl::MutexLock lock(&mutex_);
    if (now_ms <= now_ms_) return;
    elapsed_ms_ += now_ms - now_ms_;
    now_ms_ = now_ms;
  }

 private:
  // no boot of a machine: leases that were counted on its clock have lapsed
  static constexpr uint64_t kBoot = 0x6d616e75616c;
  absl::Mutex mutex_;
  int64_t now_ms_ ABSL_GUARDED_BY(mutex_);
  int64_t elapsed_ms_ ABSL_GUARDED_BY(mutex_) = 1;
};

}  // namespace cartwheel::capi
