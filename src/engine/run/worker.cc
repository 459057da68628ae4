#include "cartwheel/worker.h"

#include <algorithm>
#include <utility>

#include "base/status.h"
#include "cartwheel/limits.h"
#include "engine/common/background_thread.h"
#include "engine/common/step_threads.h"
#include "engine/engine_impl.h"
#include "engine/run/senders.h"

namespace cartwheel {
namespace {

constexpr int64_t kIdleMs = 60'000;  // the longest sleep when nothing is planned

uint32_t ThreadsOf(const WorkerOptions& options) {
  if (options.threads == 0) return std::clamp(std::thread::hardware_concurrency() / 2, 1U, kStepThreadsMax);
  return std::min(options.threads, kStepThreadsMax);
}

}  // namespace

Worker::Worker(Engine* engine, Dispatcher dispatcher, const WorkerOptions& options)
    : engine_(engine), dispatcher_(std::move(dispatcher)), options_(options) {}

Worker::~Worker() { Stop(); }

std::unique_ptr<Senders> Worker::MakeSenders(std::vector<Dispatcher> dispatchers) {
  return std::make_unique<Senders>(std::move(dispatchers), [this](const absl::StatusOr<DispatchResult>& result) {
    absl::MutexLock lock(&mutex_);
    if (result.ok()) counts_.handed_over += result->handed_over;
    if (!result.ok() && !absl::IsUnavailable(result.status())) last_error_ = result.status();
  });
}

void Worker::SetDispatchers(std::vector<Dispatcher> dispatchers) {
  std::unique_ptr<Senders> old;
  {
    absl::MutexLock lock(&senders_mutex_);
    old.swap(senders_);
  }
  old.reset();  // it waits for its calls; the folding does not
  absl::MutexLock lock(&senders_mutex_);
  if (!stopping_) senders_ = MakeSenders(std::move(dispatchers));
  engine_->Interrupt();  // what is there is sent by the new ones
}

void Worker::Start() {
  commit_thread_ = std::make_unique<BackgroundThread>();
  engine_->impl().SetCommitThread(commit_thread_.get());
  if (const uint32_t threads = ThreadsOf(options_); threads > 1) {
    step_threads_ = std::make_unique<StepThreads>(threads);
    engine_->impl().SetStepThreads(step_threads_.get());
  }
  engine_->impl().SetCheckpointRequest([this] {
    absl::MutexLock lock(&mutex_);
    wal_is_long_ = true;
    checkpoint_wanted_.Signal();
  });
  checkpoint_thread_ = std::thread([this] { RunCheckpoints(); });
  thread_ = std::thread([this] { Run(); });
}

void Worker::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
    checkpoint_wanted_.Signal();
  }
  engine_->Interrupt();
  {
    absl::MutexLock lock(&senders_mutex_);
    senders_.reset();
  }
  if (thread_.joinable()) thread_.join();
  if (!checkpoint_thread_.joinable()) return;
  engine_->impl().SetCheckpointRequest(nullptr);
  engine_->impl().SetCommitThread(nullptr);
  engine_->impl().SetStepThreads(nullptr);
  commit_thread_.reset();
  step_threads_.reset();
  checkpoint_thread_.join();
}

void Worker::RunCheckpoints() {
  absl::MutexLock lock(&mutex_);
  while (!stopping_) {
    if (!std::exchange(wal_is_long_, false)) {
      checkpoint_wanted_.Wait(&mutex_);
      continue;
    }
    mutex_.Unlock();
    absl::Status moved = engine_->impl().Checkpoint();
    mutex_.Lock();
    if (!moved.ok()) last_error_ = std::move(moved);
  }
}

WorkerCounts Worker::counts() const {
  absl::MutexLock lock(&mutex_);
  return counts_;
}

absl::Status Worker::last_error() const {
  absl::MutexLock lock(&mutex_);
  return last_error_;
}

absl::StatusOr<int64_t> Worker::Turn() {
  AdvanceResult advanced;
  do {
    ASSIGN_OR_RETURN(advanced, engine_->Advance());
    absl::MutexLock lock(&mutex_);
    counts_.holds_lease = true;
    counts_.events += advanced.events;
    counts_.messages += advanced.messages;
  } while (advanced.more && !stopping_);
  {
    absl::MutexLock lock(&senders_mutex_);
    if (senders_ != nullptr) senders_->Wake();
  }
  ASSIGN_OR_RETURN(DispatchResult dispatched, dispatcher_.Run(/*now_ms=*/0, &stopping_));
  {
    absl::MutexLock lock(&mutex_);
    counts_.handed_over += dispatched.handed_over;
  }
  const int64_t idle_ms = std::min(kIdleMs, dispatcher_.IdleMs().value_or(kIdleMs));
  return engine_->IdleMs(advanced.next_due_ms, idle_ms);
}

void Worker::Run() {
  while (!stopping_) {
    absl::StatusOr<int64_t> idle = Turn();
    {
      absl::MutexLock lock(&mutex_);
      if (!idle.ok() && !absl::IsUnavailable(idle.status())) last_error_ = idle.status();
      if (!idle.ok()) counts_.holds_lease = false;
    }
    if (absl::IsDataLoss(idle.status()) || absl::IsFailedPrecondition(idle.status())) return;
    if (!stopping_) engine_->Wait(idle.ok() ? *idle : kPauseMs);
  }
}

}  // namespace cartwheel
