// A batch on its way into the store. Where there is a helper it is committed while the next one is stepped; what that
// one needs of the store was read before, so that neither waits for the other.
//
// Invariants: at most one batch is on its way; memory (the state, the customers, the wheel) is ahead of the store by it
// and by nothing else, and is forgotten whole when it does not arrive; no Advance ends before it has.
#include <utility>

#include "base/status.h"
#include "engine/fold/fold.h"

namespace cartwheel {

// Memory goes ahead: the next batch sees what this one made.
void Fold::Depart(AdvanceResult& result) {
  state_ = next_;
  back_fill_ = next_back_fill_;
  lease_end_ = write_.lease_end;
  alarms_.Arm(write_.alarms);
  cast_.Settle();
  leaving_ = std::move(write_);
  result.Add(counts_);
}

// Its commit begins; without a helper it is done at once.
absl::Status Fold::Launch() {
  if (!leaving_) return absl::OkStatus();
  if (helper_ == nullptr) return Arrive();
  launched_ = true;
  helper_->Start([this] { return store_->Commit(*std::move(leaving_)); });
  return absl::OkStatus();
}

// What has left is in the store.
absl::Status Fold::Arrive() {
  if (!leaving_) return absl::OkStatus();
  absl::Status status = std::exchange(launched_, false) ? helper_->Wait() : store_->Commit(*std::move(leaving_));
  leaving_.reset();
  return status;
}

}  // namespace cartwheel
