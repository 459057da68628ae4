// Plays a file of events against an engine in virtual time, as if a shop had sent them when they happened and a worker
// had run all the while.
//
// Virtual time never goes back. Before a batch is ingested, time runs from alarm to alarm up to the batch's first
// event; a batch ends early when the next event lies more than kBatchSpanMs after its first, so that reminders come at
// their moment in sparse data too. Events of one instant come before alarms of that instant. Messages are made at their
// moment; where they come thick, they are handed over together, at most kBatchSpanMs later.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "cartwheel/clock.h"
#include "cartwheel/dispatcher.h"
#include "cli/args.h"
#include "cli/event_file.h"
#include "engine/engine_impl.h"

namespace cartwheel::cli {

inline constexpr int64_t kBatchSpanMs = 60'000;
inline constexpr size_t kReplayBatchMax = 1000;  // events of one ingest, where nothing else is asked for

// The calendar is the events'; leases are real, so that a worker on the same database is respected.
class VirtualClock final : public Clock {
 public:
  int64_t NowMs() override { return now_ms_; }
  int64_t MonotonicMs() override { return SystemClock()->MonotonicMs(); }
  uint64_t BootId() override { return SystemClock()->BootId(); }
  void Reach(int64_t now_ms) { now_ms_ = std::max(now_ms_, now_ms); }

 private:
  int64_t now_ms_ = 0;
};

struct ReplayCounts {
  int64_t accepted = 0;
  int64_t duplicates = 0;
  int64_t refused = 0;
  int64_t enrolments = 0;
  int64_t messages = 0;
  int64_t delivered = 0;
  std::map<std::string, int64_t> rejected;  // by code
  std::vector<Rejection> first_rejected;    // at most kRejectedShownMax
  std::map<std::string, int64_t> warnings;  // by code, of accepted events
  std::vector<Warning> first_warnings;      // the same
  int64_t first_at_ms = 0;                  // 0: there was no event
  int64_t last_at_ms = 0;                   // the greatest `at`

  int64_t rejected_total() const;
};

inline constexpr size_t kRejectedShownMax = 5;

// Counts what a reader rejected and keeps the first of it for people.
void CountRejected(std::vector<Rejection> rejected, ReplayCounts* counts);
void CountWarnings(std::vector<Warning> warnings, ReplayCounts* counts);
// The warnings by code and the first ones, a line each; a line of error when over 1 % of the events have a time that
// cannot be read.
std::string WarningsText(const ReplayCounts& counts);

class Replayer {
 public:
  // All must outlive it. `on_progress` is told after every chunk how much of the file was read.
  Replayer(Engine* engine, Dispatcher* dispatcher, VirtualClock* clock, size_t batch_max,
           std::function<void(double)> on_progress)
      : engine_(*engine),
        dispatcher_(*dispatcher),
        clock_(*clock),
        batch_max_(batch_max),
        on_progress_(std::move(on_progress)) {}

  absl::Status Play(EventFile& file, const InputFormat& format);
  // Plays events that a shop sent at `now_ms`, after the alarms before it. Batches come in the order of their instants.
  absl::Status PlayArrived(const EventBatch& batch, int64_t now_ms);
  // Alarm by alarm, up to the instant and without it.
  absl::Status RunUpTo(int64_t before_ms);
  // Alarm by alarm, up to and including `until_ms`.
  absl::Status RunOn(int64_t until_ms);
  const ReplayCounts& counts() const { return counts_; }

 private:
  absl::Status PlaySorted(EventFile& file, EventReader& reader);
  absl::Status Read(EventReader& reader, std::string_view chunk, EventBatch* batch);
  absl::Status Take(const Event& event, std::string_view encoded);
  absl::Status CloseBatch();
  absl::Status Arrive(const EventBatch& batch, int64_t now_ms);
  absl::Status Advance(bool due);  // due: a moment that the engine named
  absl::Status Dispatch();

  Engine& engine_;
  Dispatcher& dispatcher_;
  VirtualClock& clock_;
  const size_t batch_max_;
  const std::function<void(double)> on_progress_;
  ReplayCounts counts_;
  EventBatch batch_;  // being filled
  int64_t batch_first_ms_ = 0;
  int64_t next_due_ms_ = 0;           // 0: nothing is planned
  int64_t undelivered_since_ms_ = 0;  // when the oldest message that no channel was offered yet was made; 0: none
};

// What `replay` and `simulate` share: how far to run, and the way from a file to a finished replay.
inline constexpr std::string_view kDefaultUntil = "+96h";

// The span of --until: "+96h" and the like.
absl::StatusOr<int64_t> UntilSpan(const Args& args);
// Plays the file, then runs on; returns the instant it ran on to (0 when there was no event).
absl::StatusOr<int64_t> PlayAndRunOn(Replayer& replayer, EventFile& file, const InputFormat& format,
                                     int64_t until_span_ms);

}  // namespace cartwheel::cli
