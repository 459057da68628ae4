#include "cartwheel/worker.h"

#include <algorithm>
#include <utility>

#include "base/status.h"
#include "engine/common/helper.h"
#include "engine/engine_impl.h"

namespace cartwheel {
namespace {

constexpr int64_t kIdleMs = 60'000;  // the longest sleep when nothing is planned

}  // namespace

Worker::Worker(Engine* engine, Dispatcher dispatcher) : engine_(engine), dispatcher_(std::move(dispatcher)) {}

Worker::~Worker() { Stop(); }

void Worker::Start() {
  helper_ = std::make_unique<Helper>();
  static_cast<EngineImpl*>(engine_)->SetCommitHelper(helper_.get());
  static_cast<EngineImpl*>(engine_)->SetCheckpointHelper([this] {
    std::lock_guard lock(mutex_);
    wal_is_long_ = true;
    keep_.notify_one();
  });
  keeper_ = std::thread([this] { Keep(); });
  thread_ = std::thread([this] { Run(); });
}

void Worker::Stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    keep_.notify_one();
  }
  engine_->Interrupt();
  if (thread_.joinable()) thread_.join();
  if (!keeper_.joinable()) return;
  static_cast<EngineImpl*>(engine_)->SetCheckpointHelper(nullptr);
  static_cast<EngineImpl*>(engine_)->SetCommitHelper(nullptr);
  helper_.reset();
  keeper_.join();
}

void Worker::Keep() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    keep_.wait(lock, [this] { return wal_is_long_ || stopping_; });
    if (!std::exchange(wal_is_long_, false)) continue;
    lock.unlock();
    absl::Status moved = static_cast<EngineImpl*>(engine_)->Checkpoint();
    lock.lock();
    if (!moved.ok()) last_error_ = std::move(moved);
  }
}

WorkerCounts Worker::counts() const {
  std::lock_guard lock(mutex_);
  return counts_;
}

absl::Status Worker::last_error() const {
  std::lock_guard lock(mutex_);
  return last_error_;
}

absl::StatusOr<int64_t> Worker::Turn() {
  AdvanceResult advanced;
  do {
    ASSIGN_OR_RETURN(advanced, engine_->Advance());
    std::lock_guard lock(mutex_);
    counts_.holds_lease = true;
    counts_.events += advanced.events;
    counts_.messages += advanced.messages;
  } while (advanced.more && !stopping_);
  ASSIGN_OR_RETURN(DispatchResult dispatched, dispatcher_.Run(/*now_ms=*/0, &stopping_));
  {
    std::lock_guard lock(mutex_);
    counts_.handed_over += dispatched.handed_over;
  }
  const int64_t idle_ms = std::min(kIdleMs, dispatcher_.IdleMs().value_or(kIdleMs));
  if (advanced.next_due_ms == 0) return idle_ms;
  return std::min(idle_ms, advanced.next_due_ms - static_cast<EngineImpl*>(engine_)->clock()->NowMs());
}

void Worker::Run() {
  while (!stopping_) {
    absl::StatusOr<int64_t> idle = Turn();
    {
      std::lock_guard lock(mutex_);
      if (!idle.ok() && !absl::IsUnavailable(idle.status())) last_error_ = idle.status();
      if (!idle.ok()) counts_.holds_lease = false;
    }
    if (absl::IsDataLoss(idle.status()) || absl::IsFailedPrecondition(idle.status())) return;
    if (!stopping_) engine_->Wait(idle.ok() ? std::clamp<int64_t>(*idle, 0, kIdleMs) : kPauseMs);
  }
}

}  // namespace cartwheel
