// A thread that does one job at a time for another one, which goes on meanwhile and asks for the answer later. A Worker
// has one, so that a fold commits a batch while it steps the next.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "absl/status/status.h"

namespace cartwheel {

class Helper {
 public:
  Helper() : thread_([this] { Run(); }) {}
  ~Helper();
  Helper(const Helper&) = delete;

  // The job before must have been waited for.
  void Start(std::function<absl::Status()> job);
  // Until the job is done; what it answered.
  absl::Status Wait();

 private:
  void Run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::function<absl::Status()> job_;  // one that has not begun
  std::optional<absl::Status> answer_;
  bool ending_ = false;
  std::thread thread_;  // last: it uses the others
};

}  // namespace cartwheel
