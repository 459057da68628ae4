#include "engine/common/background_thread.h"

#include <utility>

#include "engine/common/catch.h"

namespace cartwheel {

BackgroundThread::~BackgroundThread() {
  {
    absl::MutexLock lock(&mutex_);
    ending_ = true;
  }
  thread_.join();
}

void BackgroundThread::Start(std::function<absl::Status()> job) {
  absl::MutexLock lock(&mutex_);
  job_ = std::move(job);
  answer_.reset();
}

absl::Status BackgroundThread::Wait() {
  absl::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(this, &BackgroundThread::Answered));
  return *answer_;
}

void BackgroundThread::Run() {
  absl::MutexLock lock(&mutex_);
  while (true) {
    mutex_.Await(absl::Condition(this, &BackgroundThread::Wanted));
    if (!job_) return;
    const std::function<absl::Status()> job = std::exchange(job_, nullptr);
    mutex_.Unlock();
    absl::Status answer = Catch(job);
    mutex_.Lock();
    answer_ = std::move(answer);
  }
}

}  // namespace cartwheel
