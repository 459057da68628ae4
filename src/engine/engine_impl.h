// The verbs over one store. Each verb guards (closed, forked, broken), asks the part that does the work, and remembers
// when the store is broken. No exception leaves a verb: the only one there can be, of memory that the system does not
// give, becomes a status.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>

#include "cartwheel/engine.h"
#include "core/model/event.h"
#include "engine/common/channel_book.h"
#include "engine/common/current_playbook.h"
#include "engine/common/forgotten.h"
#include "engine/common/opt_outs.h"
#include "engine/common/playbook_cache.h"
#include "engine/common/shop_settings.h"
#include "engine/common/stats.h"
#include "engine/common/wake_signal.h"
#include "engine/fold/fold.h"
#include "engine/outbox/claim_rules.h"
#include "engine/outbox/held_back.h"
#include "engine/outbox/known_channels.h"
#include "formats/formats.h"
#include "store/store.h"

namespace cartwheel {

struct ReportFormat;

class EngineImpl {
 public:
  EngineImpl(std::shared_ptr<Store> store, const Options& options);
  ~EngineImpl();

  absl::StatusOr<LoadResult> Load(std::string_view playbook_json);
  absl::StatusOr<IngestResult> Ingest(std::string_view events, const IngestOptions& options);
  absl::StatusOr<AdvanceResult> Advance(const AdvanceOptions& options);
  absl::StatusOr<ClaimResult> Claim(const ClaimOptions& options);
  absl::StatusOr<SettleResult> Settle(absl::Span<const Outcome> outcomes, int64_t now_ms);
  absl::Status Hold(const HoldRequest& request);
  absl::StatusOr<std::string> Query(const QueryRequest& request);
  void Wait(int64_t ms);
  void Interrupt() { wake_signal_.Notify(); }
  absl::Status Close();

  int64_t IdleMs(int64_t next_due_ms, int64_t max_ms, int64_t now_ms) const;

  // Returns how events from a source are read at `now_ms`. Valid as long as the engine is open.
  ReadOptions Reading(Source source, int64_t now_ms);
  // Appends events that a reader has prepared, for replays and imports.
  absl::Status Append(const EventBatch& batch, int64_t now_ms);
  // Gives the fold lease back; the engine stays open.
  absl::Status ReleaseLease();
  // Runs the store's checkpoint; the engine may be closed meanwhile.
  absl::Status Checkpoint();
  void SetCheckpointRequest(std::function<void()> request);
  // Lets commits of Advance run on this thread; null: on the caller's.
  void SetCommitThread(BackgroundThread* thread);
  // Lets Advance step the customers of a batch on these threads; null: on the caller's.
  void SetStepThreads(StepThreads* threads);
  // Sets the events and alarms of one batch of Advance, for tests.
  void SetBatchMax(int64_t inputs);
  // Sets the shards over which the customers of a batch are shared out, for tests.
  void SetShards(uint32_t shards);
  Clock* clock() const { return clock_; }
  // For replays of data that hold no addresses: every customer is addressed on every channel by its own id, whatever
  // the playbook says.
  void SetAddressById(bool on);
  // For replays of data: they say what would be sent, however much that is in an hour.
  void SetGuardsSurges(bool on) { guards_surges_ = on; }
  // Writes to the host's log, if it has one.
  void Say(LogLevel level, std::string_view line) const;
  Store& store() { return *store_; }

 private:
  absl::Status Guard() const;
  // Logs a call that failed.
  void SayError(Verb verb, const absl::Status& error) const;
  // Logs what the policy in force leaves to the shop.
  void SayPolicy();
  // Returns the number of the newest event; 0 when it cannot be read now.
  Position NewestEvent();
  absl::Status Write(const EventBatch& batch, int64_t now_ms);
  // Settles and appends what providers report of messages.
  absl::StatusOr<IngestResult> IngestReports(std::string_view text, const ReportFormat& format, int64_t now_ms);
  absl::StatusOr<AdvanceResult> AdvanceOnce(int64_t now_ms);
  absl::StatusOr<ClaimRules> RulesOf(const std::string& channel, int64_t now_ms);
  // Lets no advertisement leave until the verb release.
  absl::Status HoldSurge(int64_t max, int64_t now_ms);
  // Runs `call()` as every verb does, while the caller holds life_. A DataLoss poisons the handle.
  template <typename Call>
  auto Do(Verb verb, Call call) -> decltype(call());
  int64_t Now(int64_t now_ms) const { return now_ms == 0 ? clock_->NowMs() : now_ms; }
  LeaseTime LeaseNow() const { return {clock_->BootId(), clock_->MonotonicMs()}; }

  std::shared_mutex life_;  // shared by every verb at work; Close waits for them
  const Options options_;
  Clock* const clock_;
  const pid_t pid_;
  std::shared_ptr<Store> store_;
  std::atomic<bool> closed_{false};  // set under life_
  std::atomic<bool> broken_{false};
  Stats stats_;
  CurrentPlaybook current_playbook_;
  OptOuts opt_outs_;
  KnownChannels known_channels_;
  SurgeGuard surge_guard_;
  std::atomic<bool> guards_surges_{true};

  std::mutex fold_mutex_;
  Fold fold_;
  bool folds_ = false;               // under fold_mutex_: the last Advance had the lease
  std::atomic<bool> behind_{false};  // the last Claim was
  std::atomic<bool> copied_{false};  // it found the file at home elsewhere
  HeldBack held_back_;               // of the claims
  const Forgotten forgotten_;        // beside the database
  ChannelBook channels_;             // of the settlements
  // The event up to which the last Advance folded everything; -1: it did not.
  std::atomic<Position> folded_to_{Position(-1)};

  WakeSignal wake_signal_;
};

// Makes an engine over a store that the caller made: several over one store act as several processes over one file.
std::unique_ptr<Engine> NewEngine(std::shared_ptr<Store> store, const Options& options);

}  // namespace cartwheel
