// Durable commits at the price of one flush for all who wait: a caller has committed and then asks for the flush; the
// first becomes the leader and flushes for all callers that asked before it began, the others wait for it. No thread of
// our own.
//
// Invariant: Flush answers OK only after a flush that began after the call. A flush that failed says nothing of what
// the disk holds and cannot be tried again (the system forgets the pages it could not write): every later call fails
// with it.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <mutex>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"

namespace cartwheel {

class Flusher {
 public:
  absl::Status Flush(absl::FunctionRef<absl::Status()> flush);

 private:
  std::mutex mutex_;
  std::condition_variable done_;
  int64_t asked_ = 0;    // callers so far
  int64_t flushed_ = 0;  // callers whose commits are durable
  bool leader_ = false;  // a caller is flushing
  absl::Status failed_;
};

}  // namespace cartwheel
