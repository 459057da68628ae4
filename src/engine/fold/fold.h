// The fold: reads the log after a durable cursor, applies events to the customers concerned, and commits everything
// that changed in one transaction; then fires the alarms that are due. The only writer of customers. Holds the fold
// lease while it lives. This class keeps the lease, the rounds and the order in which a batch (batch.h) goes through
// its parts:
//
//   Reader::Read → Stepper::Step → Committer::Commit
//
// Order: an alarm due at d fires only after the fold has passed the head of the log as it was read at an instant ≥ d.
// The head is read once a round and kept across calls that answer `more`.
#pragma once

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "cartwheel/options.h"
#include "cartwheel/results.h"
#include "engine/common/background_thread.h"
#include "engine/common/playbook_cache.h"
#include "engine/fold/alarms.h"
#include "engine/fold/batch.h"
#include "engine/fold/committer.h"
#include "engine/fold/customer_cache.h"
#include "engine/fold/progress.h"
#include "engine/fold/reader.h"
#include "engine/fold/retention.h"
#include "engine/fold/stepper.h"
#include "engine/fold/sweep.h"
#include "store/store.h"

namespace cartwheel {

class Fold {
 public:
  Fold(Store* store, const Options& options, Clock* clock, uint64_t holder);

  // Unavailable while another holds the lease. now_ms 0: the clock's.
  [[nodiscard]] absl::StatusOr<AdvanceResult> Advance(int64_t now_ms);
  [[nodiscard]] absl::Status Release();
  void SetCommitThread(BackgroundThread* thread) { committer_.SetThread(thread); }
  void SetBatchMax(int64_t inputs) { batch_max_ = inputs; }
  void SetShards(uint32_t shards) { stepper_.SetShards(shards); }
  void SetStepThreads(StepThreads* threads) { stepper_.SetThreads(threads); }
  void SetAddressById(bool on) { stepper_.SetAddressById(on); }
  // The last folded event; -1 without the lease.
  Position cursor() const { return state_ ? state_->cursor : Position(-1); }

 private:
  static constexpr int64_t kBatchMax = 2'000;

  [[nodiscard]] absl::Status HoldLease();
  LeaseTime LeaseEnd() const;
  [[nodiscard]] absl::Status RunRound(Batch& batch, int64_t& work, AdvanceResult& result);
  [[nodiscard]] absl::Status RunBatch(int64_t limit, Batch& batch, AdvanceResult& result);
  [[nodiscard]] absl::Status StepSoundInputs(Batch& batch);
  void Commit(Batch& batch);
  [[nodiscard]] absl::StatusOr<int64_t> NextDue(int64_t now_ms, bool by_clock);
  void Forget();
  // Runs slices of the sweep, as long as one Advance may. True: more is to do.
  [[nodiscard]] absl::StatusOr<bool> RunSweep(int64_t now_ms, bool by_clock);

  Store* store_;
  const Options options_;
  Clock* clock_;
  const uint64_t holder_;

  std::optional<FoldState> state_;  // while the lease is ours
  Progress progress_;               // state_'s, decoded
  LeaseTime lease_end_;
  bool emitted_ = false;  // events were appended in this call, after the head of its round
  std::optional<Round> round_;
  int64_t batch_max_ = kBatchMax;  // events and alarms of one: what another process's ingest may have to wait for
  Batch spare_;                    // of no batch at hand: its memory serves the next ones

  PlaybookCache playbook_cache_;
  CustomerCache customer_cache_;
  Alarms alarms_;
  Reader reader_;
  Stepper stepper_;
  Committer committer_;
  Sweep sweep_;
  Retention retention_;
};

}  // namespace cartwheel
