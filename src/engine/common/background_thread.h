// A thread that does one job at a time for another one, which goes on meanwhile and asks for the answer later. A Worker
// has one, so that a fold commits a batch while it steps the next.
#pragma once

#include <functional>
#include <optional>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"

namespace cartwheel {

class BackgroundThread {
 public:
  BackgroundThread() : thread_([this] { Run(); }) {}
  ~BackgroundThread();
  BackgroundThread(const BackgroundThread&) = delete;

  // Begins a job. The job before must have been waited for.
  void Start(std::function<absl::Status()> job);
  // Waits until the job is done and returns its status.
  [[nodiscard]] absl::Status Wait();

 private:
  void Run();

  bool Answered() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return answer_.has_value(); }
  bool Wanted() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return job_ || ending_; }

  absl::Mutex mutex_;
  std::function<absl::Status()> job_ ABSL_GUARDED_BY(mutex_);  // one that has not begun
  std::optional<absl::Status> answer_ ABSL_GUARDED_BY(mutex_);
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;  // last: it uses the others
};

}  // namespace cartwheel
