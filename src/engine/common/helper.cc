#include "engine/common/helper.h"

#include <utility>

#include "engine/common/catch.h"

namespace cartwheel {

Helper::~Helper() {
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
    changed_.notify_all();
  }
  thread_.join();
}

void Helper::Start(std::function<absl::Status()> job) {
  std::lock_guard lock(mutex_);
  job_ = std::move(job);
  answer_.reset();
  changed_.notify_all();
}

absl::Status Helper::Wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return answer_.has_value(); });
  return *answer_;
}

void Helper::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return job_ || ending_; });
    if (!job_) return;
    const std::function<absl::Status()> job = std::exchange(job_, nullptr);
    lock.unlock();
    absl::Status answer = Catch(job);
    lock.lock();
    answer_ = std::move(answer);
    changed_.notify_all();
  }
}

}  // namespace cartwheel
