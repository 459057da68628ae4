// What the verbs of the engine take beside their input, and what they return. All times are milliseconds since 1970
// UTC; a `now_ms` of 0 asks the engine's clock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "cartwheel/channel.h"
#include "cartwheel/event.h"

namespace cartwheel {

struct LoadResult {
  int64_t revision = 0;  // the revision in force
  // "revision 7 is already loaded", "revision 6 is older than 7, which stays in force", or what an adoption loses;
  // empty: taken.
  std::string note;
};

struct IngestOptions {
  // "native", "segment", "ga4", "shopify", …; "receipts/solapi", …: what a provider reports of messages.
  // docs/formats.md lists them.
  std::string format = "native";
  int64_t now_ms = 0;
  std::string mapping;  // a format of the shop's own, as docs/formats.md says, in place of `format`; empty: none
};

struct IngestResult {
  int64_t accepted = 0;  // events and reports that were taken
  std::vector<RejectedEvent> rejected;
  std::vector<Warning> warnings;  // of the accepted ones; Query lists them too
};

struct AdvanceOptions {
  int64_t now_ms = 0;
  int64_t wait_ms = 0;  // so long may be waited for something to do; 0: not at all
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
    events += later.events;
    duplicates += later.duplicates;
    refused += later.refused;
    alarms += later.alarms;
    enrolments += later.enrolments;
    messages += later.messages;
    exits += later.exits;
    more = later.more;
    next_due_ms = later.next_due_ms;
  }
};

struct SettleResult {
  int64_t settled = 0;
  int64_t late = 0;     // the lease had lapsed or the message had ended: recorded only
  int64_t unknown = 0;  // no such message
};

struct ClaimOptions {
  std::string channel;
  size_t max = 100;           // at most kClaimMax; of advertisements at most kAdvertisementsMax
  int64_t lease_ms = 60'000;  // settle within it
  // the channel recognises a second hand-over of a message's key so long after the first; 0: not at all
  int64_t idempotency_ms = 0;
  int64_t now_ms = 0;
  // Of messages claimed before: settled in the same commit, so that a host that loops flushes once a batch. They must
  // outlive the call. After InvalidArgument nothing is settled; after another error settle again: what was settled is
  // late, and stays.
  absl::Span<const Outcome> outcomes = {};
};

struct ClaimResult {
  std::vector<Message> messages;
  bool behind = false;    // more than claim_tail_max events are not folded yet: no advertisement is handed out
  int64_t held_back = 0;  // messages of customers with unfolded events: they wait for the next Advance
  SettleResult settled;   // of ClaimOptions::outcomes
};

}  // namespace cartwheel
