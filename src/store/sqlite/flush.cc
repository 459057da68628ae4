#include "store/sqlite/flush.h"

namespace cartwheel {

absl::Status Flusher::Flush(absl::FunctionRef<absl::Status()> flush) {
  std::unique_lock lock(mutex_);
  const int64_t mine = ++asked_;
  while (failed_.ok() && flushed_ < mine) {
    if (leader_) {
      done_.wait(lock);
      continue;
    }
    leader_ = true;
    const int64_t all = asked_;
    lock.unlock();
    absl::Status status = flush();
    lock.lock();
    leader_ = false;
    if (status.ok())
      flushed_ = all;
    else
      failed_ = std::move(status);
    done_.notify_all();
  }
  return failed_;
}

}  // namespace cartwheel
