// A thread that the host starts: it advances the engine and dispatches its outbox, and sleeps in between.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>

#include "cartwheel/dispatcher.h"
#include "cartwheel/engine.h"

namespace cartwheel {

struct WorkerCounts {
  int64_t events = 0;
  int64_t messages = 0;
  int64_t handed_over = 0;
  bool holds_lease = false;  // false: another worker folds; this one waits for its place
};

// The engine and every channel of the dispatcher must outlive it. An engine error that is not "another worker folds" or "locked" is kept, and the
// worker goes on after kPauseMs; a broken database ends it.
class Worker {
 public:
  Worker(Engine* engine, Dispatcher dispatcher) : engine_(engine), dispatcher_(std::move(dispatcher)) {}
  ~Worker() { Stop(); }
  Worker(const Worker&) = delete;

  void Start();  // once
  void Stop();   // returns when the thread has ended; the engine stays open
  WorkerCounts counts() const;
  absl::Status last_error() const;

  static constexpr int64_t kPauseMs = 1'000;

 private:
  void Run();
  absl::StatusOr<int64_t> Turn();  // returns how long nothing is due, in ms

  Engine* engine_;
  Dispatcher dispatcher_;
  std::thread thread_;
  std::atomic<bool> stopping_{false};
  mutable std::mutex mutex_;
  WorkerCounts counts_;
  absl::Status last_error_;
};

}  // namespace cartwheel
