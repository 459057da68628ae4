// Threads that the host starts: one advances the engine and dispatches its outbox, and sleeps in between. Others help
// it when there is much to do: one commits a batch of events while the first goes on with the next, one moves what was
// written from the database's log of changes into its file, and WorkerOptions::threads less one step customers beside
// the first. Channels that may be slow get a thread each.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "cartwheel/dispatcher.h"
#include "cartwheel/engine.h"

namespace cartwheel {

class BackgroundThread;
class Senders;
class StepThreads;

struct WorkerOptions {
  // That step the customers of a batch, at most kStepThreadsMax. 0: half the cores, at least 1. What is made of the
  // events is the same for every number.
  uint32_t threads = 0;
};

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
  Worker(Engine* engine, Dispatcher dispatcher, const WorkerOptions& options = {});
  ~Worker();
  Worker(const Worker&) = delete;

  void Start();  // once
  void Stop();   // returns when the threads have ended; the engine stays open
  // Gives each of these dispatchers a thread of its own, so a channel that hangs keeps neither the others waiting nor
  // the folding. Those of an earlier call end first, with the calls of channels that are under way. For one thread at a
  // time, before Start or after it.
  void SetDispatchers(std::vector<Dispatcher> dispatchers);
  WorkerCounts counts() const;
  absl::Status last_error() const;

  static constexpr int64_t kPauseMs = 1'000;

 private:
  void Run();
  absl::StatusOr<int64_t> Turn();  // returns how long nothing is due, in ms
  void RunCheckpoints();
  std::unique_ptr<Senders> MakeSenders(std::vector<Dispatcher> dispatchers);

  Engine* engine_;
  Dispatcher dispatcher_;
  const WorkerOptions options_;
  std::unique_ptr<BackgroundThread> commit_thread_;
  std::unique_ptr<StepThreads> step_threads_;
  std::thread thread_, checkpoint_thread_;
  std::atomic<bool> stopping_{false};
  mutable absl::Mutex mutex_;
  absl::CondVar checkpoint_wanted_;
  bool wal_is_long_ ABSL_GUARDED_BY(mutex_) = false;
  WorkerCounts counts_ ABSL_GUARDED_BY(mutex_);
  absl::Status last_error_ ABSL_GUARDED_BY(mutex_);
  absl::Mutex senders_mutex_;
  std::unique_ptr<Senders> senders_ ABSL_GUARDED_BY(senders_mutex_);
};

}  // namespace cartwheel
