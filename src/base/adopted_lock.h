// Releases a mutex that is held already, at the end of a scope: what follows absl::Mutex::TryLock.
#pragma once

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace cartwheel {

class ABSL_SCOPED_LOCKABLE AdoptedLock {
 public:
  explicit AdoptedLock(absl::Mutex* held) ABSL_EXCLUSIVE_LOCKS_REQUIRED(held) : mutex_(*held) {}
  AdoptedLock(const AdoptedLock&) = delete;
  AdoptedLock& operator=(const AdoptedLock&) = delete;
  ~AdoptedLock() ABSL_UNLOCK_FUNCTION() { mutex_.Unlock(); }

 private:
  absl::Mutex& mutex_;
};

}  // namespace cartwheel
