// Takes batches into the store. Where there is a commit thread, a batch is committed while the next one is stepped;
// what that one needs of the store was read before, so that neither waits for the other.
//
// Invariants: at most one batch is on its way; memory (the fold's state, the customers, the wheel) is ahead of the
// store by it and by nothing else, and is forgotten whole when it does not arrive; no Advance ends before it has.
#pragma once

#include <optional>

#include "absl/status/status.h"
#include "engine/common/background_thread.h"
#include "engine/fold/batch.h"
#include "store/fold_store.h"

namespace cartwheel {

class Committer {
 public:
  explicit Committer(FoldStore* store) : store_(store) {}

  // Null: commits run on the caller's thread.
  void SetThread(BackgroundThread* thread) { thread_ = thread; }

  // Takes the write set of a batch, which is on its way from then on; the batch may be begun again. None may be on its
  // way before.
  void Commit(Batch& batch);
  // Begins the commit of the batch on its way; without a thread it is done at once. What the next batch needs of the
  // store must have been read.
  [[nodiscard]] absl::Status Start();
  // Waits for the commit, or does it here. OK: no batch is on its way, and the last one is in the store.
  [[nodiscard]] absl::Status Await();
  // Waits for a commit that has begun, whatever comes of it, and drops one that has not.
  void Abandon();

 private:
  FoldStore* store_;
  BackgroundThread* thread_ = nullptr;
  std::optional<FoldWrite> write_;  // of the batch on its way
  bool started_ = false;            // the thread has it
};

}  // namespace cartwheel
