// Requests that one Send waits for.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "cartwheel/transport.h"

namespace cartwheel {

class Call {
 public:
  Call(size_t requests, const SendOptions& options, int64_t until_ms)
      : options_(options), until_ms_(until_ms), responses_(requests), open_(requests) {}

  const SendOptions& options() const { return options_; }
  int64_t until_ms() const { return until_ms_; }  // on the monotonic clock

  void Answer(size_t place, std::optional<Response> response) {
    absl::MutexLock lock(&mutex_);
    responses_[place] = std::move(response);
    --open_;
  }
  std::vector<std::optional<Response>> WaitForAnswers() {
    absl::MutexLock lock(&mutex_);
    mutex_.Await(absl::Condition(this, &Call::IsAnswered));
    return std::move(responses_);
  }

 private:
  bool IsAnswered() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return open_ == 0; }

  const SendOptions& options_;
  const int64_t until_ms_;
  absl::Mutex mutex_;
  std::vector<std::optional<Response>> responses_ ABSL_GUARDED_BY(mutex_);
  size_t open_ ABSL_GUARDED_BY(mutex_);  // not answered yet
};

// One request of a call.
struct Item {
  Call* call;
  const Request* request;
  size_t place;  // in the call
};

}  // namespace cartwheel
