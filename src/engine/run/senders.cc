#include "engine/run/senders.h"

#include <algorithm>
#include <utility>

#include "absl/time/time.h"

namespace cartwheel {
namespace {

constexpr int64_t kAfterErrorMs = 1'000;

}  // namespace

Senders::Senders(std::vector<Dispatcher> dispatchers, Heard heard)
    : dispatchers_(std::move(dispatchers)), heard_(std::move(heard)) {
  for (Dispatcher& dispatcher : dispatchers_) threads_.emplace_back([this, &dispatcher] { Run(dispatcher); });
}

Senders::~Senders() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
    woken_.SignalAll();
  }
  for (std::thread& thread : threads_) thread.join();
}

void Senders::Wake() {
  absl::MutexLock lock(&mutex_);
  ++wakes_;
  woken_.SignalAll();
}

void Senders::Wait(int64_t ms, uint64_t* seen) {
  absl::MutexLock lock(&mutex_);
  const absl::Duration span = ms < 0 ? absl::InfiniteDuration() : absl::Milliseconds(ms);
  while (wakes_ == *seen && !stopping_)
    if (woken_.WaitWithTimeout(&mutex_, span)) break;
  *seen = wakes_;
}

void Senders::Run(Dispatcher& dispatcher) {
  uint64_t seen = 0;
  Wait(-1, &seen);
  while (!stopping_) {
    const absl::StatusOr<DispatchResult> result = dispatcher.Run(/*now_ms=*/0, &stopping_);
    heard_(result);
    if (absl::IsDataLoss(result.status()) || absl::IsFailedPrecondition(result.status())) return;
    int64_t idle_ms = dispatcher.IdleMs().value_or(-1);
    if (!result.ok()) idle_ms = std::max(idle_ms, kAfterErrorMs);
    Wait(idle_ms, &seen);
  }
}

}  // namespace cartwheel
