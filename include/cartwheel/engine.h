// Cartwheel's engine: nine verbs. Events go in, messages come out.
//
//   Open    a database file, made when it is not there
//   Load    a playbook: segments, templates, journeys, policy
//   Ingest  events; durable on return, nothing else happens yet
//   Advance fold what has come in, fire what is due, fill the outbox
//   Claim   take messages under a lease, to send them
//   Settle  say what became of them
//   Hold    keep messages from leaving, and let them go again
//   Query   read: a customer, a report, why something was or was not sent
//   Close   (the destructor does it too)
//
// Threads: every function may be called from any thread at any time. Processes: any number may open the same file; all
// may Ingest, Claim, Settle and Query; one of them folds at a time (Advance in the others answers Unavailable). An
// engine must not be used in a child after fork: FailedPrecondition; open another one there. Errors are absl::Status
// with one line of text. After DataLoss the file is broken and the engine answers nothing else. Times are milliseconds
// since 1970 UTC; a `now_ms` of 0 asks the engine's clock.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "cartwheel/hold.h"
#include "cartwheel/options.h"
#include "cartwheel/query.h"
#include "cartwheel/results.h"

namespace cartwheel {

class EngineImpl;

class Engine {
 public:
  // `path` may be ":memory:" for a database that lives as long as the engine.
  static absl::StatusOr<std::unique_ptr<Engine>> Open(const std::string& path, const Options& options = {});
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  // Replaces the playbook in force. A playbook with errors changes nothing: InvalidArgument with one line per error. A
  // lower revision is refused with a note, an equal one with other content is an error. Running enrolments stay on the
  // revision they began with.
  absl::StatusOr<LoadResult> Load(std::string_view playbook_json);

  // Appends events. Fails as a whole only with ResourceExhausted (backlog_full, disk_full, batch limits), or a broken
  // store.
  absl::StatusOr<IngestResult> Ingest(std::string_view events, const IngestOptions& options = {});

  // Folds and fires at most work_max events and alarms. Unavailable while another process or engine holds the fold
  // lease. With `wait_ms` a call that found nothing to do, or whose lease another holds, waits for at most so long
  // until there may be something, as Wait does, and tries once more.
  absl::StatusOr<AdvanceResult> Advance(const AdvanceOptions& options);
  absl::StatusOr<AdvanceResult> Advance(int64_t now_ms = 0) { return Advance(AdvanceOptions{.now_ms = now_ms}); }

  // Takes messages of one channel out of the outbox, under a lease: send them within it, and settle them. Messages of
  // customers with events that are not folded yet stay. InvalidArgument for a channel that no playbook names, and for a
  // lease or a number beyond its limit.
  absl::StatusOr<ClaimResult> Claim(const ClaimOptions& options);
  // Records what became of claimed messages, durably. One that ended, or whose lease lapsed, is only recorded.
  absl::StatusOr<SettleResult> Settle(absl::Span<const Outcome> outcomes, int64_t now_ms = 0);

  // Holds a journey or the whole shop, or ends a hold: for every process, from the next claim and fold on, whatever is
  // loaded meanwhile. What waits goes back to its step, which decides anew when the hold has ended. InvalidArgument for
  // an action or a journey that does not exist.
  absl::Status Hold(const HoldRequest& request);

  // Answers with one JSON object; of "metrics", with lines of text.
  absl::StatusOr<std::string> Query(const QueryRequest& request);

  // Sleeps until there may be something to advance: because an engine on this file ingested or settled, because another
  // thread called Interrupt or Close, or because `ms` have passed. Other processes' events are heard of at once on
  // Linux, elsewhere seen within kPollMs.
  void Wait(int64_t ms);
  // Ends a Wait, or the next one.
  void Interrupt();
  static constexpr int64_t kPollMs = 50;
  // How long nothing is due after an Advance at `now_ms` that answered `next_due_ms`: at most `max_ms`, for Wait.
  int64_t IdleMs(int64_t next_due_ms, int64_t max_ms, int64_t now_ms = 0) const;

  // Gives the fold lease back and closes the file. Every later call answers FailedPrecondition.
  absl::Status Close();

  // For the library's own parts.
  explicit Engine(std::unique_ptr<EngineImpl> impl);
  EngineImpl& impl() { return *impl_; }

 private:
  std::unique_ptr<EngineImpl> impl_;
};

}  // namespace cartwheel
