// Dispatchers on threads of their own: a channel that hangs keeps neither the others waiting nor the folding.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "cartwheel/dispatcher.h"

namespace cartwheel {

class Senders {
 public:
  // `heard` is told of each run, by several threads at once.
  using Heard = std::function<void(const absl::StatusOr<DispatchResult>&)>;

  Senders(std::vector<Dispatcher> dispatchers, Heard heard);
  ~Senders();  // waits for the calls that are under way
  Senders(const Senders&) = delete;

  // There may be something to send. Nothing is sent before the first.
  void Wake();

 private:
  void Run(Dispatcher& dispatcher);
  // Returns when there was a wake-up that is not in `*seen`, after `ms` (negative: never), or when all ends.
  void Wait(int64_t ms, uint64_t* seen);

  std::vector<Dispatcher> dispatchers_;
  const Heard heard_;
  std::atomic<bool> stopping_{false};
  absl::Mutex mutex_;
  absl::CondVar woken_;
  uint64_t wakes_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<std::thread> threads_;
};

}  // namespace cartwheel
