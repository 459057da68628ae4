// A batch on its way into the store. Where there is a commit thread it is committed while the next one is stepped; what
// that one needs of the store was read before, so that neither waits for the other.
//
// Invariants: at most one batch is on its way; memory (the state, the customers, the wheel) is ahead of the store by it
// and by nothing else, and is forgotten whole when it does not arrive; no Advance ends before it has.
#include <utility>

#include "base/status.h"
#include "engine/fold/fold.h"

namespace cartwheel {

// Memory goes ahead: the next batch sees what this one made.
void Fold::StagePending(AdvanceResult& result) {
  state_ = next_;
  back_fill_ = next_back_fill_;
  lease_end_ = write_.lease_end;
  alarms_.Arm(write_.alarms);
  customer_cache_.Commit();
  pending_write_ = std::move(write_);
  result.Add(counts_);
}

// Its commit begins; without a commit thread it is done at once.
absl::Status Fold::StartCommit() {
  if (!pending_write_) return absl::OkStatus();
  if (commit_thread_ == nullptr) return AwaitCommit();
  commit_started_ = true;
  commit_thread_->Start([this] { return store_->Commit(*std::move(pending_write_)); });
  return absl::OkStatus();
}

// Waits for the commit under way, or does it here. OK: the batch is in the store.
absl::Status Fold::AwaitCommit() {
  if (!pending_write_) return absl::OkStatus();
  absl::Status status =
      std::exchange(commit_started_, false) ? commit_thread_->Wait() : store_->Commit(*std::move(pending_write_));
  pending_write_.reset();
  return status;
}

}  // namespace cartwheel
