// Threads that the host starts: one advances the engine and dispatches its outbox, and sleeps in between. Two help it
// when there is much to do: one commits a batch of events while the first goes on with the next, one moves what was
// written from the database's log of changes into its file.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "cartwheel/dispatcher.h"
#include "cartwheel/engine.h"

namespace cartwheel {

class BackgroundThread;

struct WorkerCounts {
  int64_t events = 0;
  int64_t messages = 0;
  int64_t handed_over = 0;
  bool holds_lease = false;  // false: another worker folds; this one waits for its place
};

// The engine and every channel of the dispatcher must outlive it. An engine error that is not "another worker folds" or
// "locked" is kept, and the worker goes on after kPauseMs; a broken database ends it.
class Worker {
 public:
  Worker(Engine* engine, Dispatcher dispatcher);
  ~Worker();
  Worker(const Worker&) = delete;

  void Start();  // once
  void Stop();   // returns when the threads have ended; the engine stays open
  WorkerCounts counts() const;
  absl::Status last_error() const;

  static constexpr int64_t kPauseMs = 1'000;

 private:
  void Run();
  absl::StatusOr<int64_t> Turn();  // returns how long nothing is due, in ms
  void RunCheckpoints();

  Engine* engine_;
  Dispatcher dispatcher_;
  std::unique_ptr<BackgroundThread> commit_thread_;
  std::thread thread_, checkpoint_thread_;
  std::atomic<bool> stopping_{false};
  mutable absl::Mutex mutex_;
  absl::CondVar checkpoint_wanted_;
  bool wal_is_long_ ABSL_GUARDED_BY(mutex_) = false;
  WorkerCounts counts_ ABSL_GUARDED_BY(mutex_);
  absl::Status last_error_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cartwheel
