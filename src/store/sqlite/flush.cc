#include "store/sqlite/flush.h"

namespace cartwheel {

absl::Status Flusher::Flush(absl::FunctionRef<absl::Status()> flush) {
  absl::MutexLock lock(&mutex_);
  const int64_t mine = ++asked_;
  while (failed_.ok() && flushed_ < mine) {
    if (leader_) {
      done_.Wait(&mutex_);
      continue;
    }
    leader_ = true;
    const int64_t all = asked_;
    mutex_.Unlock();
    absl::Status status = flush();
    mutex_.Lock();
    leader_ = false;
    if (status.ok())
      flushed_ = all;
    else
      failed_ = std::move(status);
    done_.SignalAll();
  }
  return failed_;
}

}  // namespace cartwheel
