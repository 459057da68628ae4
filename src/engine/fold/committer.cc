#include "engine/fold/committer.h"

#include <utility>

namespace cartwheel {

void Committer::Commit(Batch& batch) { write_ = std::move(batch.write); }

absl::Status Committer::Start() {
  if (!write_) return absl::OkStatus();
  if (thread_ == nullptr) return Await();
  started_ = true;
  thread_->Start([this] { return store_->Commit(*std::move(write_)); });
  return absl::OkStatus();
}

absl::Status Committer::Await() {
  if (!write_) return absl::OkStatus();
  absl::Status status = std::exchange(started_, false) ? thread_->Wait() : store_->Commit(*std::move(write_));
  write_.reset();
  return status;
}

void Committer::Abandon() {
  if (std::exchange(started_, false)) thread_->Wait().IgnoreError();
  write_.reset();
}

}  // namespace cartwheel
