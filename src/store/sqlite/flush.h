// Durable commits at the price of one flush for all who wait: a caller has committed and then asks for the flush; the
// first becomes the leader and flushes for all callers that asked before it began, the others wait for it. No thread of
// our own.
//
// Invariant: Flush answers OK only after a flush that began after the call. A flush that failed says nothing of what
// the disk holds and cannot be tried again (the system forgets the pages it could not write): every later call fails
// with it.
#pragma once

#include <cstdint>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"

namespace cartwheel {

class Flusher {
 public:
  [[nodiscard]] absl::Status Flush(absl::FunctionRef<absl::Status()> flush);

 private:
  absl::Mutex mutex_;
  absl::CondVar done_;
  int64_t asked_ ABSL_GUARDED_BY(mutex_) = 0;    // callers so far
  int64_t flushed_ ABSL_GUARDED_BY(mutex_) = 0;  // callers whose commits are durable
  bool leader_ ABSL_GUARDED_BY(mutex_) = false;  // a caller is flushing
  absl::Status failed_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cartwheel
