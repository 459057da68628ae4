// Cartwheel's engine: eight verbs. Events go in, messages come out.
//
//   Open    a database file, made when it is not there
//   Load    a playbook: segments, templates, journeys, policy
//   Ingest  events; durable on return, nothing else happens yet
//   Advance fold what has come in, fire what is due, fill the outbox
//   Claim   take messages under a lease, to send them
//   Settle  say what became of them
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
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "cartwheel/channel.h"
#include "cartwheel/event.h"
#include "cartwheel/options.h"

namespace cartwheel {

struct LoadResult {
  int64_t revision = 0;  // the revision in force
  std::string note;  // "revision 7 is already loaded", "revision 6 is older than 7, which stays in force"; empty: taken
};

struct IngestOptions {
  std::string format = "native";  // "native", "segment", "ga4", "shopify", …: docs/formats.md lists them
  int64_t now_ms = 0;
  std::string mapping;  // a format of the shop's own, as docs/formats.md says, in place of `format`; empty: none
};

struct IngestResult {
  int64_t accepted = 0;
  std::vector<RejectedEvent> rejected;
  std::vector<Warning> warnings;  // of the accepted ones; Query lists them too
};

struct AdvanceResult {
  int64_t events = 0;  // folded, duplicates and refused ones included
  int64_t duplicates = 0;
  int64_t refused = 0;  // events that only the customer's state showed to be wrong; Query lists them
  int64_t alarms = 0;   // customers looked at because a moment came
  int64_t enrolments = 0;
  int64_t messages = 0;  // written to the outbox
  int64_t exits = 0;     // enrolments that ended before their last step
  bool more = false;     // work_max was reached: call again at once
  // nothing will happen before it unless something is ingested or settled; 0: nothing is planned
  int64_t next_due_ms = 0;

  // What this call and a later one did together: the counts of both, and how the later one left it.
  void Add(const AdvanceResult& later) {
    events += later.events, duplicates += later.duplicates, refused += later.refused, alarms += later.alarms;
    enrolments += later.enrolments, messages += later.messages, exits += later.exits;
    more = later.more, next_due_ms = later.next_due_ms;
  }
};

struct ClaimOptions {
  std::string channel;
  size_t max = 100;           // at most kClaimMax; of advertisements at most kAdvertisementsMax
  int64_t lease_ms = 60'000;  // settle within it
  // the channel recognises a second hand-over of a message's key so long after the first; 0: not at all
  int64_t idempotency_ms = 0;
  int64_t now_ms = 0;
};

struct ClaimResult {
  std::vector<Message> messages;
  bool behind = false;    // more than claim_tail_max events are not folded yet: no advertisement is handed out
  int64_t held_back = 0;  // messages of customers with unfolded events: they wait for the next Advance
};

struct SettleResult {
  int64_t settled = 0;
  int64_t late = 0;     // the lease had lapsed or the message had ended: recorded only
  int64_t unknown = 0;  // no such message
};

struct QueryRequest {
  // "customer", "why", "export": of `customer` or `anonymous_id`. "report". "messages": by `state`, newest ids after
  // `after`. "segments": each with its condition, "building" or "ready", and how many are in it. "segment": of
  // `segment` the members, by pages behind `after`; with a customer, whether that one is in it and which part of the
  // condition says so. "evaluate": how many are in `expression`, a condition like a segment's, with the first `limit`
  // of them; with a customer, as "segment". "preview": what `message_template` of the playbook in force (or of
  // `playbook`, a text) says on every channel kind to the customer, or to a made-up one; with the sizes of its texts.
  // "link": where a tracked `link` leads, and the message it stood in (if that is still there); InvalidArgument when it
  // was not made here. "dead_letters": failed, unknown and dead messages. "refused". "warnings": of events, newest
  // first. "playbook". "health": what is wrong, if anything, in words, and the numbers behind it. "stats": what this
  // engine did and how long its calls took. "metrics": both, as Prometheus text.
  std::string query;
  std::string customer;
  std::string anonymous_id;
  std::string state;
  int64_t after = 0;
  size_t limit = 100;
  std::string segment;
  std::string expression;
  std::string message_template;
  std::string playbook;
  std::string link;
  int64_t now_ms = 0;  // of "health", "stats" and "metrics"
  // Called now and then by queries that go through all customers, with how many it has gone through; false ends the
  // query: Cancelled.
  std::function<bool(int64_t customers)> progress;
};

class Engine {
 public:
  // `path` may be ":memory:" for a database that lives as long as the engine.
  static absl::StatusOr<std::unique_ptr<Engine>> Open(const std::string& path, const Options& options = {});
  virtual ~Engine() = default;

  // Replaces the playbook in force. A playbook with errors changes nothing: InvalidArgument with one line per error. A
  // lower revision is refused with a note, an equal one with other content is an error. Running enrolments stay on the
  // revision they began with.
  virtual absl::StatusOr<LoadResult> Load(std::string_view playbook_json) = 0;

  // Appends events. Fails as a whole only with ResourceExhausted (backlog_full, disk_full, batch limits), or a broken
  // store.
  virtual absl::StatusOr<IngestResult> Ingest(std::string_view events, const IngestOptions& options = {}) = 0;

  // Folds and fires at most work_max events and alarms. Unavailable while another process or engine holds the fold
  // lease.
  virtual absl::StatusOr<AdvanceResult> Advance(int64_t now_ms = 0) = 0;

  virtual absl::StatusOr<ClaimResult> Claim(const ClaimOptions& options) = 0;
  virtual absl::StatusOr<SettleResult> Settle(absl::Span<const Outcome> outcomes, int64_t now_ms = 0) = 0;

  // One JSON object; of "metrics", lines of text.
  virtual absl::StatusOr<std::string> Query(const QueryRequest& request) = 0;

  // For whoever advances in a loop: sleeps until there may be something to advance, because anybody ingested or
  // settled, because another thread called Interrupt or Close, or because `ms` have passed. Other processes' events are
  // heard of at once on Linux, elsewhere seen within kPollMs.
  virtual void Wait(int64_t ms) = 0;
  // Ends a Wait, or the next one.
  virtual void Interrupt() = 0;
  static constexpr int64_t kPollMs = 50;

  // Gives the fold lease back and closes the file. Every later call answers FailedPrecondition.
  virtual absl::Status Close() = 0;
};

}  // namespace cartwheel
