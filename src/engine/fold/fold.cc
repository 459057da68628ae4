#include "engine/fold/fold.h"

#include <algorithm>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "base/status.h"
#include "base/time.h"
#include "engine/common/opt_outs.h"

namespace cartwheel {
namespace {

// If at least so many events arrived during a call, it starts another round, so that the commit of one batch overlaps
// the next. Only where the caller gave no `now_ms`.
constexpr int64_t kRoundWorthMin = 1'000;

// The sweep of erased customers, and what drops old rows, take at most this much of one Advance that has nothing else
// to do.
constexpr int64_t kSweepMs = 15;
constexpr int kSweepSlices = 16;
constexpr int64_t kSweepAgainMs = 50;  // when Advance is wanted again while there is more

}  // namespace

Fold::Fold(Store* store, const Options& options, Clock* clock, uint64_t holder)
    : store_(store),
      options_(options),
      clock_(clock),
      holder_(holder),
      playbook_cache_(store),
      customer_cache_(store, options.customer_cache_bytes, store->hash_key()),
      alarms_(store, options.cart_idle_ms),
      reader_(store, store->hash_key(), &customer_cache_, &alarms_, &playbook_cache_),
      stepper_({options.dedupe_window_ms, options.cart_idle_ms, options.event_lateness_ms, options.late_stop_max_ms,
                /*address_by_id=*/false, store->hash_key(), NewestTokenKey(options)},
               &customer_cache_, &alarms_, &playbook_cache_),
      committer_(store),
      sweep_(store, store->hash_key()),
      retention_(store, options) {}

LeaseTime Fold::LeaseEnd() const { return {clock_->BootId(), clock_->MonotonicMs() + options_.fold_lease_ms}; }

absl::Status Fold::HoldLease() {
  LeaseTime now{clock_->BootId(), clock_->MonotonicMs()};
  LeaseTime half{now.boot, now.monotonic_ms + options_.fold_lease_ms / 2};
  if (state_ && !lease_end_.LapsedAt(half)) return absl::OkStatus();
  LeaseTime end = LeaseEnd();
  absl::StatusOr<FoldState> taken = store_->TakeLease(holder_, now, end);
  if (!taken.ok()) {
    Forget();
    state_.reset();
    return taken.status();
  }
  if (!state_ || state_->epoch != taken->epoch) {
    Forget();
    state_ = *taken;
    progress_ = DecodeProgress(state_->back_fill);
    customer_cache_.SetErasures(state_->erasures);
    sweep_.Begin(state_->sweep);
  }
  lease_end_ = end;
  return absl::OkStatus();
}

absl::Status Fold::Release() {
  if (!state_) return absl::OkStatus();
  Epoch epoch = state_->epoch;
  state_.reset();
  Forget();
  return store_->ReleaseLease(epoch);
}

absl::StatusOr<AdvanceResult> Fold::Advance(int64_t now_ms) {
  RETURN_IF_ERROR(HoldLease());
  RETURN_IF_ERROR(playbook_cache_.Refresh());
  AdvanceResult result;
  int64_t work = options_.work_max;
  const bool by_clock = now_ms == 0;
  if (by_clock) now_ms = clock_->NowMs();
  // A commit may have failed after it was done: where to go on is read again.
  absl::Cleanup forget = [this] {
    Forget();
    state_.reset();
  };
  Batch batch = std::move(spare_);
  for (bool more = true; more;) {
    if (!round_) {
      ASSIGN_OR_RETURN(LogHead head, store_->Head());
      round_ = Round{head.last, now_ms};
    }
    RETURN_IF_ERROR(RunRound(batch, work, result));
    if (result.more) break;
    const bool passes_on = progress_.HasPass(round_->now_ms);
    more = round_->now_ms < now_ms || passes_on;
    round_.reset();
    if (std::exchange(emitted_, false)) {
      RETURN_IF_ERROR(committer_.Await());  // the log's head is read anew
      more = true;
    }
    if (passes_on && work <= 0) {
      result.more = true;
      break;
    }
    if (more || !by_clock || work <= 0) continue;
    ASSIGN_OR_RETURN(LogHead head, store_->Head());
    more = head.last - state_->cursor >= std::min(kRoundWorthMin, batch_max_);
    if (more) round_ = Round{head.last, now_ms = clock_->NowMs()};
  }
  RETURN_IF_ERROR(committer_.Await());
  bool sweeps = false;
  if (!result.more) {
    ASSIGN_OR_RETURN(sweeps, RunSweep(now_ms, by_clock));
  }
  std::move(forget).Cancel();
  spare_ = std::move(batch);
  ASSIGN_OR_RETURN(result.next_due_ms, NextDue(now_ms, by_clock));
  // A caller with a clock of its own would jump without end.
  if (sweeps && by_clock && (result.next_due_ms == 0 || result.next_due_ms > now_ms + kSweepAgainMs))
    result.next_due_ms = now_ms + kSweepAgainMs;
  return result;
}

absl::Status Fold::RunRound(Batch& batch, int64_t& work, AdvanceResult& result) {
  // A clock that was set back, or was another machine's: what it had done ahead of this one is looked at again.
  state_->alarms_done_before_ms = std::min(state_->alarms_done_before_ms, round_->now_ms - round_->now_ms % kSecondMs);
  if (!alarms_.Watches(round_->now_ms)) {
    RETURN_IF_ERROR(committer_.Await());  // the wheel is filled from the store
    RETURN_IF_ERROR(alarms_.Watch(round_->now_ms, state_->alarms_done_before_ms));
  }
  progress_.SetTarget(playbook_cache_.playbooks().current.get(), state_->cursor, state_->next_customer, round_->now_ms);
  if (state_->next_customer == CustomerRow(1))
    progress_.back_fill.row_done = BackFill::kAllRows;  // there are no customers yet, so none is found silently
  // A schedule that is seen for the first time has begun, also if the process ends before anything else happens.
  bool unsaved =
      (!progress_.schedules.empty() || progress_.adoption.pending()) && EncodeProgress(progress_) != state_->back_fill;
  auto any_work = [this, &unsaved] {
    if (unsaved) return true;
    return state_->cursor < round_->head || alarms_.AnyDue(round_->now_ms) || progress_.back_fill.pending() ||
           (!round_->passed && progress_.HasPass(round_->now_ms));
  };
  while (work > 0 && any_work()) {
    RETURN_IF_ERROR(RunBatch(std::min(work, batch_max_), batch, result));
    unsaved = false;
    work -= batch.work();
  }
  result.more = any_work();
  return absl::OkStatus();
}

// The commit of the batch before begins when all has been read that this one needs of the store, and is done when this
// one is stepped.
absl::Status Fold::RunBatch(int64_t limit, Batch& batch, AdvanceResult& result) {
  batch.Begin(*round_, *state_, progress_);
  RETURN_IF_ERROR(reader_.Read(limit, batch));
  RETURN_IF_ERROR(committer_.Start());
  RETURN_IF_ERROR(StepSoundInputs(batch));
  RETURN_IF_ERROR(committer_.Await());
  emitted_ = emitted_ || batch.write.append.has_value();
  Commit(batch);
  result.Add(batch.counts);
  return absl::OkStatus();
}

// An input that breaks an invariant is quarantined, and everything is done again without it.
absl::Status Fold::StepSoundInputs(Batch& batch) {
  while (true) {
    const size_t quarantined = batch.quarantined.size();
    absl::Status status = stepper_.Step(batch);
    if (!absl::IsInternal(status) || batch.quarantined.size() == quarantined) return status;
    RETURN_IF_ERROR(committer_.Await());  // what is read anew must be there
    customer_cache_.Forget();
    RETURN_IF_ERROR(reader_.LoadCustomers(batch));
  }
}

// Memory goes ahead of the store: the next batch sees what this one made.
void Fold::Commit(Batch& batch) {
  state_ = batch.state;
  if (!batch.write.erasures.empty()) sweep_.Note();
  progress_ = batch.progress;
  round_->passed = round_->passed || batch.schedule.has_value() || !batch.adopting.empty();
  batch.write.lease_end = lease_end_ = LeaseEnd();
  alarms_.Arm(batch.write.alarms);
  customer_cache_.Commit();
  committer_.Commit(batch);
}

void Fold::Forget() {
  committer_.Abandon();
  customer_cache_.Forget();
  alarms_.Forget();
  sweep_.Forget();
  round_.reset();
}

absl::StatusOr<bool> Fold::RunSweep(int64_t now_ms, bool by_clock) {
  const int64_t end_us = clock_->MonotonicUs() + kSweepMs * 1000;
  for (int slice = 0; slice < kSweepSlices && !sweep_.idle(); ++slice) {
    ASSIGN_OR_RETURN(const bool went, sweep_.Slice(state_->epoch, state_->cursor, now_ms));
    if (!went) break;
    if (by_clock && clock_->MonotonicUs() >= end_us) break;
  }
  bool drops = true;
  for (int slice = 0; slice < kSweepSlices && drops; ++slice) {
    ASSIGN_OR_RETURN(drops, retention_.Slice(state_->epoch, clock_->MonotonicMs()));
    if (by_clock && clock_->MonotonicUs() >= end_us) break;
  }
  return !sweep_.idle() || drops;
}

absl::StatusOr<int64_t> Fold::NextDue(int64_t now_ms, bool by_clock) {
  ASSIGN_OR_RETURN(int64_t next, alarms_.NextDue());
  auto consider = [&](int64_t at_ms) {
    if (next == 0 || at_ms < next) next = at_ms;
  };
  if (const int64_t pass_ms = NextPass(progress_.schedules); pass_ms != 0) consider(pass_ms);
  ASSIGN_OR_RETURN(std::optional<int64_t> ready, store_->NextReady());
  if (ready && *ready > now_ms) consider(*ready);
  if (!by_clock)
    return next;  // leases lapse by the clock: a caller who jumps in time of its own would jump without end
  ASSIGN_OR_RETURN(std::optional<LeaseTime> lapse, store_->NextLapse());
  if (lapse) {
    bool same_boot = lapse->boot == clock_->BootId();
    consider(now_ms + (same_boot ? std::max<int64_t>(lapse->monotonic_ms - clock_->MonotonicMs(), 1) : 1));
  }
  return next;
}

}  // namespace cartwheel
