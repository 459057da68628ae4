#include "engine/engine_impl.h"

#include <unistd.h>

#include <algorithm>
#include <random>

#include "base/compress.h"
#include "base/mask.h"
#include "base/status.h"
#include "base/time.h"
#include "cartwheel/limits.h"
#include "core/policy/policy_warnings.h"
#include "engine/common/catch.h"
#include "engine/common/given_now.h"
#include "engine/common/holds.h"
#include "engine/outbox/claims.h"
#include "engine/query/query.h"
#include "fmt/format.h"
#include "formats/formats.h"
#include "playbook/compile.h"
#include "providers/receipts.h"

namespace cartwheel {
namespace {

// How long a wait sleeps before it looks at the log's head by itself.
constexpr int64_t kSafetyLookMs = 1'000;  // it hears of writes
constexpr int64_t kStandByLookMs = 500;   // another folds
constexpr int64_t kSettleMs = 5;          // it heard of a write, and nothing was there: the commit may be about to end

// Names this engine among all that hold the file open. Not zero.
uint64_t NewHolder() {
  std::random_device random;
  return ((static_cast<uint64_t>(random()) << 31) ^ random()) | 1;
}

absl::StatusOr<EventReader> ReaderOf(const IngestOptions& options) {
  if (!options.mapping.empty()) return EventReader::FromMapping(options.mapping);
  if (options.format.starts_with(kReportPrefix))
    return absl::InvalidArgumentError(
        fmt::format("\"{}\" is no format: expected {}", options.format, ReportFormatNames()));
  ASSIGN_OR_RETURN(const Format format, FindFormat(options.format));
  return EventReader(format);
}

const absl::Status& StatusOf(const absl::Status& status) { return status; }
template <typename T>
absl::Status StatusOf(const absl::StatusOr<T>& result) {
  return result.status();
}

}  // namespace

EngineImpl::EngineImpl(std::shared_ptr<Store> store, const Options& options)
    : options_(options),
      clock_(options.clock != nullptr ? options.clock : SystemClock()),
      pid_(getpid()),
      store_(std::move(store)),
      opt_outs_(options_),
      fold_(store_.get(), options_, clock_, NewHolder()),
      held_back_(store_->hash_key()),
      forgotten_(*store_),
      wake_signal_(store_->WrittenFile()) {
  stats_.opened_at_ms = clock_->NowMs();
  if (!options_.log) return;
  Say(LogLevel::kInfo, fmt::format("opened, {} events in the log", NewestEvent().value()));
  SayPolicy();
}

EngineImpl::~EngineImpl() {
  if (getpid() != pid_)
    new std::shared_ptr<Store>(store_);  // a child of fork must not touch the parent's files: left open on purpose
  else if (!closed_)
    (void)Close();
}

absl::Status EngineImpl::Guard() const {
  if (closed_) return absl::FailedPreconditionError("the engine is closed");
  if (getpid() != pid_)
    return absl::FailedPreconditionError(fmt::format(
        "the engine was opened by process {} and this is its child {}: open another one here", pid_, getpid()));
  if (broken_) return absl::DataLossError("the database is broken: an earlier call found damage; restore a backup");
  return absl::OkStatus();
}

void EngineImpl::Say(LogLevel level, std::string_view line) const {
  if (options_.log) options_.log(level, MaskAddresses(line));
}

void EngineImpl::SayError(Verb verb, const absl::Status& error) const {
  const LogLevel level = absl::IsDataLoss(error)      ? LogLevel::kError
                         : absl::IsUnavailable(error) ? LogLevel::kDebug
                                                      : LogLevel::kWarning;
  Say(level, fmt::format("{}: {}", kVerbNames[static_cast<size_t>(verb)], StatusText(error)));
}

void EngineImpl::SayPolicy() {
  const auto playbook = current_playbook_.Get(*store_);
  if (!playbook.ok() || *playbook == nullptr) return;  // of another version: its load says so
  const Policy& policy = (*playbook)->policy;
  for (const std::string& warning : PolicyWarnings(policy.consent_assumed, !policy.rules.empty(), policy.statements))
    Say(LogLevel::kWarning, warning);
}

template <typename Call>
auto EngineImpl::Do(Verb verb, Call call) -> decltype(call()) {
  RETURN_IF_ERROR(Guard());
  const int64_t began_us = clock_->MonotonicUs();
  auto result = Catch(call);
  stats_.Called(verb, clock_->MonotonicUs() - began_us, result.ok());
  if (result.ok()) return result;
  if (absl::IsDataLoss(StatusOf(result))) broken_ = true;
  if (options_.log) SayError(verb, StatusOf(result));
  return result;
}

absl::StatusOr<LoadResult> EngineImpl::Load(std::string_view playbook_json) {
  std::shared_lock life(life_);
  return Do(Verb::kLoad, [&]() -> absl::StatusOr<LoadResult> {
    ASSIGN_OR_RETURN(LoadResult loaded, LoadPlaybook(*store_, playbook_json, clock_->NowMs()));
    if (options_.log)
      Say(LogLevel::kInfo,
          loaded.note.empty() ? fmt::format("load: revision {} is in force", loaded.revision) : "load: " + loaded.note);
    if (options_.log && loaded.note.empty()) SayPolicy();  // of one that is loaded already it was said at the opening
    return loaded;
  });
}

absl::StatusOr<IngestResult> EngineImpl::Ingest(std::string_view events, const IngestOptions& options) {
  std::shared_lock life(life_);
  return Do(Verb::kIngest, [&]() -> absl::StatusOr<IngestResult> {
    RETURN_IF_ERROR(CheckGivenNow(options.now_ms));
    if (events.size() > kBatchBytesMax)
      return absl::ResourceExhaustedError(
          fmt::format("batch_bytes_max: {} bytes in one call, at most {} are taken", events.size(), kBatchBytesMax));
    const int64_t now_ms = Now(options.now_ms);
    if (const ReportFormat* reports = FindReportFormat(options.format)) return IngestReports(events, *reports, now_ms);
    ASSIGN_OR_RETURN(EventReader reader, ReaderOf(options));
    EventBatch batch;
    IngestResult result;
    reader.Read(events, Reading(Source::kLive, now_ms), &batch, &result.rejected, &result.warnings);
    if (batch.count > kBatchEventsMax)
      return absl::ResourceExhaustedError(
          fmt::format("batch_events_max: {} events in one call, at most {} are taken", batch.count, kBatchEventsMax));
    RETURN_IF_ERROR(Write(batch, now_ms));
    result.accepted = static_cast<int64_t>(batch.count);
    if (const std::string line = UndatedLine(result.accepted, result.warnings); !line.empty())
      Say(LogLevel::kError, "ingest: " + line);
    stats_.Count(Counted::kAccepted, result.accepted);
    stats_.Count(Counted::kWarnings, static_cast<int64_t>(result.warnings.size()));
    stats_.Count(Counted::kRejected, static_cast<int64_t>(result.rejected.size()));
    return result;
  });
}

ReadOptions EngineImpl::Reading(Source source, int64_t now_ms) {
  return {.now_ms = now_ms,
          .default_at_ms = now_ms,
          .source = source,
          .strict = options_.strict,
          .clock_skew_max_ms = options_.clock_skew_max_ms,
          .shop =
              [this] {
                const auto playbook = current_playbook_.Get(*store_);
                return SettingsOf(playbook.ok() ? playbook->get() : nullptr, options_.event_zone);
              },
          .opt_out =
              opt_outs_.has_keys()
                  ? [this, now_ms](
                        std::string_view token) { return opt_outs_.Read(*store_, store_->hash_key(), token, now_ms); }
                  : std::function<absl::StatusOr<OptOut>(std::string_view)>()};
}

absl::Status EngineImpl::Append(const EventBatch& batch, int64_t now_ms) {
  std::shared_lock life(life_);
  return Do(Verb::kIngest, [&] { return Write(batch, now_ms); });
}

absl::Status EngineImpl::Write(const EventBatch& batch, int64_t now_ms) {
  if (batch.count == 0) return absl::OkStatus();
  LogRow row{{},
             static_cast<int64_t>(batch.count),
             now_ms,
             store_->wants_plain_rows() ? Uncompressed(batch.bytes) : Compress(batch.bytes),
             batch.Has(EventType::kErase)};
  RETURN_IF_ERROR(forgotten_.Keep(batch, now_ms));
  RETURN_IF_ERROR(store_->Append(row).status());
  wake_signal_.Notify();
  return absl::OkStatus();
}

absl::StatusOr<AdvanceResult> EngineImpl::Advance(const AdvanceOptions& options) {
  absl::StatusOr<AdvanceResult> done = AdvanceOnce(options.now_ms);
  if (options.wait_ms <= 0) return done;
  int64_t wait_ms = options.wait_ms;
  if (done.ok()) {
    if (done->more || done->events > 0 || done->alarms > 0 || done->messages > 0) return done;
    wait_ms = IdleMs(done->next_due_ms, wait_ms, options.now_ms);
  } else if (!absl::IsUnavailable(done.status())) {
    return done;
  }
  Wait(wait_ms);
  return AdvanceOnce(options.now_ms);
}

int64_t EngineImpl::IdleMs(int64_t next_due_ms, int64_t max_ms, int64_t now_ms) const {
  if (next_due_ms == 0) return max_ms;
  return std::min(max_ms, std::max<int64_t>(next_due_ms - Now(now_ms), 0));
}

absl::StatusOr<AdvanceResult> EngineImpl::AdvanceOnce(int64_t now_ms) {
  std::shared_lock life(life_);
  return Do(Verb::kAdvance, [&]() -> absl::StatusOr<AdvanceResult> {
    RETURN_IF_ERROR(CheckGivenNow(now_ms));
    std::lock_guard lock(fold_mutex_);
    folded_to_ = Position(-1);
    RETURN_IF_ERROR(LapseClaims(*store_, Now(now_ms), LeaseNow()));
    absl::StatusOr<AdvanceResult> advanced = fold_.Advance(now_ms);
    if (const bool folds = !absl::IsUnavailable(advanced.status()) && !absl::IsAborted(advanced.status());
        folds != std::exchange(folds_, folds))
      Say(folds ? LogLevel::kInfo : LogLevel::kWarning,
          folds ? "advance: folds from now on" : "advance: another worker folds from now on");
    RETURN_IF_ERROR(advanced.status());
    const AdvanceResult& done = *advanced;
    if (done.refused > 0 && options_.log)
      Say(LogLevel::kWarning, fmt::format("advance: {} events were refused, query refused lists them", done.refused));
    if (!done.more) folded_to_ = fold_.cursor();
    for (auto [what, n] : {std::pair{Counted::kFolded, done.events},
                           {Counted::kDuplicates, done.duplicates},
                           {Counted::kRefused, done.refused},
                           {Counted::kAlarms, done.alarms},
                           {Counted::kEnrolments, done.enrolments},
                           {Counted::kExits, done.exits},
                           {Counted::kMessages, done.messages}})
      stats_.Count(what, n);
    return done;
  });
}

absl::StatusOr<ClaimResult> EngineImpl::Claim(const ClaimOptions& options) {
  std::shared_lock life(life_);
  return Do(Verb::kClaim, [&]() -> absl::StatusOr<ClaimResult> {
    RETURN_IF_ERROR(CheckGivenNow(options.now_ms));
    const int64_t now_ms = Now(options.now_ms);
    ASSIGN_OR_RETURN(const ClaimRules rules, RulesOf(options.channel, now_ms));
    auto check = [&] { return known_channels_.Check(*store_, rules.playbook.get(), options.channel); };
    if (!options.outcomes.empty()) RETURN_IF_ERROR(check());  // before anything is settled
    ASSIGN_OR_RETURN(Claimed claimed, ClaimMessages(*store_, held_back_, channels_, rules, options,
                                                    options_.claim_tail_max, now_ms, LeaseNow()));
    if (claimed.surge) RETURN_IF_ERROR(HoldSurge(rules.surge_max, now_ms));
    ClaimResult claim = std::move(claimed.result);
    if (claim.messages.empty()) RETURN_IF_ERROR(check());
    stats_.Count(Counted::kClaimed, static_cast<int64_t>(claim.messages.size()));
    stats_.Count(Counted::kSettled, claim.settled.settled);
    if (!options.outcomes.empty()) wake_signal_.Notify();
    if (claim.behind && !behind_.exchange(true))
      Say(LogLevel::kWarning, "claim: behind, no advertisement is handed out before the log is folded");
    if (!claim.behind) behind_ = false;
    if (claimed.copied && !copied_.exchange(true))
      Say(LogLevel::kError,
          fmt::format("claim: {} is a copy, no advertisement is handed out before it is adopted (cartwheel adopt)",
                      store_->File()));
    if (!claimed.copied) copied_ = false;
    return claim;
  });
}

absl::StatusOr<ClaimRules> EngineImpl::RulesOf(const std::string& channel, int64_t now_ms) {
  ClaimRules rules;
  ASSIGN_OR_RETURN(rules.playbook, current_playbook_.Get(*store_));
  ASSIGN_OR_RETURN(rules.holds, ReadHolds(*store_));
  rules.hour = now_ms / kHourMs;
  if (guards_surges_ && now_ms >= rules.holds.surge_free_until_ms) {
    ASSIGN_OR_RETURN(rules.surge_max, surge_guard_.MaxPerHour(*store_, rules.playbook.get(), now_ms));
  }
  SetDailyMax(channel, now_ms, rules);
  return rules;
}

absl::Status EngineImpl::HoldSurge(int64_t max, int64_t now_ms) {
  RETURN_IF_ERROR(ChangeHolds(*store_, [&](Holds& holds) {
    if (holds.surge_since_ms == 0) holds.surge_since_ms = now_ms;
    return absl::OkStatus();
  }));
  Say(LogLevel::kError, fmt::format("claim: {} advertisements were handed out in this hour, as many as usual ones "
                                    "allow: others wait until the verb release",
                                    max));
  return absl::OkStatus();
}

absl::Status EngineImpl::Hold(const HoldRequest& request) {
  std::shared_lock life(life_);
  return Do(Verb::kHold, [&]() -> absl::Status {
    RETURN_IF_ERROR(CheckGivenNow(request.now_ms));
    ASSIGN_OR_RETURN(const std::shared_ptr<const Playbook> playbook, current_playbook_.Get(*store_));
    RETURN_IF_ERROR(ApplyHold(*store_, playbook.get(), request, Now(request.now_ms)));
    Say(LogLevel::kInfo,
        fmt::format("hold: {} {}{}{}", request.action, request.journey.empty() ? "the shop" : request.journey,
                    request.why.empty() ? "" : ": ", request.why));
    wake_signal_.Notify();
    return absl::OkStatus();
  });
}

absl::StatusOr<SettleResult> EngineImpl::Settle(absl::Span<const Outcome> outcomes, int64_t now_ms) {
  std::shared_lock life(life_);
  absl::StatusOr<SettleResult> result = Do(Verb::kSettle, [&]() -> absl::StatusOr<SettleResult> {
    RETURN_IF_ERROR(CheckGivenNow(now_ms));
    return SettleMessages(*store_, channels_, outcomes, Now(now_ms), LeaseNow());
  });
  if (result.ok()) stats_.Count(Counted::kSettled, result->settled);
  wake_signal_.Notify();
  return result;
}

absl::StatusOr<std::string> EngineImpl::Query(const QueryRequest& request) {
  std::shared_lock life(life_);
  return Do(Verb::kQuery, [&]() -> absl::StatusOr<std::string> {
    RETURN_IF_ERROR(CheckGivenNow(request.now_ms));
    ASSIGN_OR_RETURN(const std::optional<AccessRow> access,
                     AccessOf(store_->hash_key(), request, options_.require_actor, Now(request.now_ms)));
    if (access) RETURN_IF_ERROR(store_->NoteAccess(*access));
    return Answer({*store_, *store_, *store_, *store_, *store_, store_->hash_key(), stats_, options_,
                   Now(request.now_ms), LeaseNow(), channels_},
                  request);
  });
}

absl::Status EngineImpl::ReleaseLease() {
  std::shared_lock life(life_);
  RETURN_IF_ERROR(Guard());
  std::lock_guard lock(fold_mutex_);
  absl::Status released = Catch([&] { return fold_.Release(); });
  return absl::IsAborted(released) ? absl::OkStatus() : released;
}

absl::Status EngineImpl::Checkpoint() {
  std::shared_lock life(life_);
  RETURN_IF_ERROR(Guard());
  absl::Status done = Catch([&] { return store_->Checkpoint(); });
  if (absl::IsDataLoss(done)) broken_ = true;
  return done;
}

void EngineImpl::SetCheckpointRequest(std::function<void()> request) {
  std::shared_lock life(life_);
  if (Guard().ok()) store_->SetCheckpointRequest(std::move(request));
}

void EngineImpl::SetCommitThread(BackgroundThread* thread) {
  std::shared_lock life(life_);
  if (!Guard().ok()) return;
  std::lock_guard lock(fold_mutex_);
  fold_.SetCommitThread(thread);
}

void EngineImpl::SetStepThreads(StepThreads* threads) {
  std::shared_lock life(life_);
  if (!Guard().ok()) return;
  std::lock_guard lock(fold_mutex_);
  fold_.SetStepThreads(threads);
}

void EngineImpl::SetBatchMax(int64_t inputs) {
  std::lock_guard lock(fold_mutex_);
  fold_.SetBatchMax(inputs);
}

void EngineImpl::SetShards(uint32_t shards) {
  std::lock_guard lock(fold_mutex_);
  fold_.SetShards(shards);
}

void EngineImpl::SetAddressById(bool on) {
  std::lock_guard lock(fold_mutex_);
  fold_.SetAddressById(on);
}

absl::Status EngineImpl::Close() {
  RETURN_IF_ERROR(Guard());
  wake_signal_.Close();
  std::unique_lock life(life_);
  RETURN_IF_ERROR(Guard());
  absl::Status released = Catch([&] { return fold_.Release(); });
  closed_ = true;
  store_.reset();
  Say(LogLevel::kInfo, "closed");
  return absl::IsAborted(released) ? absl::OkStatus() : released;
}

Position EngineImpl::NewestEvent() {
  std::shared_lock life(life_);
  if (!Guard().ok()) return {};
  absl::StatusOr<LogHead> head = store_->Head();
  return head.ok() ? head->last : Position();
}

// A ring ends it; a write of another process, when it moved the log's head. What was heard may not be visible yet, and
// is looked for twice more; where nothing can be heard, and by one who does not fold, the head is looked at now and
// then.
void EngineImpl::Wait(int64_t ms) {
  Clock& clock = *SystemClock();  // the options' one may stand still
  const int64_t end_ms = clock.MonotonicMs() + ms;
  const Position folded = folded_to_;
  const bool stands_by = folded < Position();
  const Position known = stands_by ? NewestEvent() : folded;
  const int64_t look_ms = stands_by ? kStandByLookMs : wake_signal_.WatchesWrites() ? kSafetyLookMs : Engine::kPollMs;
  if (!stands_by && NewestEvent() > known) return;
  auto heard = WakeSignal::WakeReason::kNothing;
  for (int64_t pause_ms = look_ms, left_ms = ms; left_ms > 0; left_ms = end_ms - clock.MonotonicMs()) {
    const bool settles = heard == WakeSignal::WakeReason::kWrite;
    heard = wake_signal_.Wait(std::min(left_ms, pause_ms), /*notifications_only=*/stands_by || settles);
    if (heard == WakeSignal::WakeReason::kNotified || NewestEvent() > known) return;
    pause_ms = heard == WakeSignal::WakeReason::kWrite ? kSettleMs : settles ? Engine::kPollMs : look_ms;
  }
}

}  // namespace cartwheel
