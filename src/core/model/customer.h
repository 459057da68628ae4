// A customer is an actor: one row that holds everything the engine knows of one person or one anonymous device, and the
// one moment at which something may next change for it (the alarm). Plain data; the files beside this one change it.
//
// Invariants: `names` is not empty and holds every identity key that leads here; instants are UTC milliseconds and 0
// means "never"; at most one cart an id; at most one enrolment that has not finished a journey and key, unless the
// journey re-enters always.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/hash.h"
#include "base/history.h"
#include "base/money.h"
#include "base/rare.h"
#include "core/model/cart.h"
#include "core/model/consent.h"
#include "core/model/ids.h"
#include "core/model/message.h"
#include "core/model/operation_log.h"
#include "core/model/push_ask.h"
#include "core/model/stamped.h"
#include "core/model/suppression.h"

namespace cartwheel {

struct Endpoint {
  std::string channel;
  std::string address;        // empty in the row of an address that no customer has
  int64_t added_at_ms = 0;    // 0: only its removal is known
  int64_t removed_at_ms = 0;  // of the newest removal, also of one that came before its registration; 0: never
  uint64_t device = 0;        // fingerprint of the merged device that it came with; 0: none
  uint64_t key = 0;           // EndpointFingerprint: what it is found by
  bool live() const { return added_at_ms > removed_at_ms; }
};

// Orders are remembered for a while, so that a second report of the same one counts once and a refund finds it
// (orders.h).
struct Order {
  uint64_t id = 0;  // fingerprint of the order id; 0: the order had none
  int64_t at_ms = 0;
  Money value = 0;        // as its earliest report says
  bool reported = false;  // else only what took it back has come so far
  bool cancelled = false;
  Money back = 0;        // all that was refunded of it
  bool foreign = false;  // in another currency than the shop's: it adds nothing to the revenue
};

// A message that was made for an enrolment and has not ended yet.
struct OpenMessage {
  MessageId id;  // until its step is joined a handle (effects.h)
  uint32_t step = 0;
  uint32_t via = 0;  // which of the step's channels it went to
  int64_t expires_at_ms = 0;
  uint64_t address = 0;       // EndpointFingerprint; 0: it went by the customer's id
  uint32_t turn = 0;          // the waits that its walk had gone through (Enrolment::turn)
  uint32_t visit = 1;         // of its step (Enrolment::visit)
  bool from_opening = false;  // `latest` of its step counts from an opening that it waited for
  uint32_t first = 0;         // which channel its step tried first (core/message/channel_order.h)
  // its channel took it, and may say until then that it did not arrive; 0: it was not taken yet
  int64_t reported_by_ms = 0;
  bool overtaken() const {
    return expires_at_ms == 0;
  }  // a later step has spoken: only the receipt of this one is waited for
  bool accepted() const { return reported_by_ms != 0; }
  // When its walk waits for it no longer.
  int64_t open_until_ms() const { return overtaken() || !accepted() ? expires_at_ms : reported_by_ms; }
};

// A message that left (journey/engagement.h).
struct SentMessage {
  MessageId id;
  uint64_t walk = 0;  // the lower half of its enrolment's id
  Revision revision;  // of the playbook, and the places in it
  uint32_t journey = 0;
  uint32_t step = 0;
  uint32_t via = 0;
  uint32_t visit = 1;  // of its step
  int64_t at_ms = 0;   // when its channel took it
  int64_t opened_at_ms = 0, clicked_at_ms = 0;
  int64_t machine_opened_at_ms = 0, machine_clicked_at_ms = 0;  // by no reader (journey/machine.h)
  uint64_t link = 0;                                            // fingerprint of the link that was followed last
  int64_t link_at_ms = 0;
};

// A click that a machine may have made: until `judged_at_ms` another link of its message would show it. It is no event
// of the customer's before (journey/clicks.h).
struct UnjudgedClick {
  MessageId message;
  int64_t judged_at_ms = 0;
  int64_t at_ms = 0;  // the event's
  int64_t ingested_at_ms = 0;
  Position position;
  std::string event;  // encoded
};

// An event that one of a walk's steps waits for.
struct HeardEvent {
  uint32_t step = 0;         // the wait
  uint32_t alternative = 0;  // which of the things that it waits for
  int64_t at_ms = 0;         // of the event
};

// What became of a step's message at its last visit, beyond what SentMessage tells; only where a wait asks for it.
struct StepFate {
  uint32_t step = 0;
  uint32_t visit = 0;
  bool made = false;
  int64_t delivered_at_ms = 0, failed_at_ms = 0;  // 0: it was not
};

// How often a step that goes elsewhere did.
struct Jumps {
  uint32_t step = 0;
  uint32_t count = 0;
};

// What a walk knows of a call: the newest of each step.
struct StoredCall {
  std::string step;  // its name
  uint32_t visit = 1;
  Digest key;                  // what an answer names it by
  int64_t made_at_ms = 0;      // 0: the walk has not come to it yet, and the log has its answer already
  int64_t answered_at_ms = 0;  // 0: it was not, or not in time
  std::string packed;          // of the answer: a map of the fields that the step asks for
  bool is_known() const { return made_at_ms != 0 && answered_at_ms != 0; }
};

// A step that made its message under the revision from which the walk was adopted.
struct SpokenStep {
  uint32_t step = 0;
  uint32_t visit = 1;
};

// What a walk remembers to react to. Most walks have none.
struct Reactions {
  std::vector<HeardEvent> heard;  // the earliest for each step, since the last message was made
  int64_t hears_from_ms = 0;      // when that was; 0: none was
  std::vector<StepFate> fates;
  std::vector<Jumps> jumps;
  std::vector<StoredCall> calls;
  // When the step at the walk's position has done its part and waits for what comes of it; 0: it has not.
  int64_t begun_at_ms = 0;
  bool acted = false;  // one of its steps has done something that is not undone: the first wait does not begin anew
  std::vector<SpokenStep> spoken;
};

// The arm of a split that a customer was given.
struct SplitArm {
  uint64_t split = 0;  // SplitStep::fingerprint
  uint32_t arm = 0;
  int64_t at_ms = 0;
};

// One walk of a customer through a journey.
struct Enrolment {
  Digest id;
  Revision revision;     // of the playbook it walks by, to its end
  uint32_t journey = 0;  // its place in that playbook
  std::string key;
  bool has_cart = false;
  std::string cart;  // id of the cart it is about, where it is about one
  std::string data;  // what the shop said of its entry: a packed map, or empty
  int64_t entered_at_ms = 0;
  uint32_t position = 0;      // the next step that is not a wait
  uint32_t turn = 0;          // waits gone through: messages of a lower turn do not leave beside a later one (law 6)
  bool held_out = false;      // its advertisements are judged and not sent
  uint32_t chain = 0;         // how many walks led to it, each by what it did; 0: it began by itself
  int64_t planned_at_ms = 0;  // the planned instant of that step: the trigger's `at` plus the waits before it
  int64_t wake_at_ms = 0;     // when to look again
  int64_t last_message_at_ms = 0;
  int64_t deferred_to_ms = 0;  // the first opening that the send at its position waited for; 0: none
  // the newest event that would have entered too; it enters anew when an older exit comes late
  int64_t later_at_ms = 0;
  uint64_t later_event = 0;
  bool finished = false;  // the last step is done; waits for its open messages only
  Rare<Reactions> reactions;
  std::vector<OpenMessage> messages;

  // Of the steps that it comes to now: 1, and one more for each jump before (message_key.h).
  uint32_t visit() const {
    uint32_t visit = 1;
    for (const Jumps& jumps_of_step : reactions->jumps) visit += jumps_of_step.count;
    return visit;
  }
};

// Something that happened to (journey, key): the last exit event, the last end.
struct JourneyMark {
  uint64_t journey = 0;  // fingerprint of the journey's name, the same in every revision
  uint64_t key = 0;      // fingerprint of the key; 0: every key
  int64_t at_ms = 0;
  int64_t message_at_ms = 0;  // of an end: when the last message of such a walk was made
};

// An entry into a journey, for caps on entries.
struct JourneyEntry {
  uint64_t journey = 0;  // fingerprint of its name
  int64_t at_ms = 0;
};

// A message was accepted for this journey, or it was entered: its goal before `until_ms` is a success.
struct AttributionWindow {
  uint64_t journey = 0;
  uint64_t key = 0;
  int64_t at_ms = 0;
  int64_t until_ms = 0;
};

// The customer is in a segment.
struct Membership {
  uint32_t segment = 0;  // its place in the definitions of segments_version
  int64_t since_ms = 0;
};

// The fingerprint of an event id, and when it came in.
struct Seen {
  uint64_t id = 0;
  int64_t ingested_at_ms = 0;
};

// A closed cart of which nothing else is remembered: what is dated up to its floor and told again stays history, and an
// order that names it is about no other.
struct ForgottenCart {
  uint64_t id = 0;  // fingerprint of the cart's
  int64_t floor_at_ms = 0;
  int64_t opened_at_ms = 0;  // 0: nothing was ever put into it
  CartStage stage = CartStage::kOrdered;
};

// Whether a message goes to `a` rather than to `b`, both live: it is not suppressed, or newer.
bool IsBetter(const Endpoint& a, const Endpoint& b, const Suppressions& suppressions);

struct Customer {
  CustomerRow row;  // the store's number; not part of the encoded row
  std::string id;   // as the shop knows it: the first of the names that is known; empty: none is
  bool anonymous = false;
  std::vector<std::string> names;  // identity keys (event.h)
  int64_t first_seen_at_ms = 0;
  int64_t last_seen_at_ms = 0;
  int64_t erased_at_ms = 0;
  MessageId erased_to;                   // messages up to this one were made before the erasure
  std::vector<CustomerRow> merged_rows;  // that became this one, where their ended messages stay; the newest
  StampedFields attributes;
  Rare<StampedFields> audiences;  // static ones that steps put it into: true by name

  std::vector<Endpoint> endpoints;            // also those that were removed; the longest removed is forgotten first
  std::vector<std::string> refused_channels;  // no advertisement there: the provider said so
  Suppressions suppressions;                  // of the addresses that this row has, or had last
  Consents consents;
  int64_t reconfirm_at_ms = 0;        // when to look whether one of them must be told again (duties.h); 0: never
  PushAsk push_ask;                   // the newest
  std::vector<JourneyEntry> entries;  // into journeys, the newest, in order; only where a cap counts them

  std::vector<Cart> carts;
  OperationLog operations;                     // the newest on the carts
  int64_t operations_floor_at_ms = 0;          // of the newest that is folded into the base states of the carts
  std::vector<ForgottenCart> forgotten_carts;  // the longest forgotten first
  int64_t carts_floor_at_ms = -1;  // an order that named no cart we know closed everything up to this instant
  std::vector<Order> recent_orders;
  int64_t orders = 0;
  Money revenue = 0;
  int64_t last_order_at_ms = 0;

  std::vector<Enrolment> enrolments;
  std::vector<JourneyMark> exits;
  std::vector<JourneyMark> ends;
  std::vector<JourneyMark> occurrences;  // the newest of each schedule that it was asked for; at_ms: its number
  std::vector<AttributionWindow> attribution_windows;
  std::vector<SplitArm> arms;                  // of splits
  std::vector<SentMessage> sent;               // the newest, in order
  std::vector<UnjudgedClick> unjudged_clicks;  // in the order in which they are judged
  std::vector<Seen> seen;

  History history;  // what the playbook's conditions ask of the past (past.h)
  std::vector<Membership> segments;
  uint64_t segments_version = 0;   // of the definitions by which they were judged
  int64_t segments_due_at_ms = 0;  // not later than when time alone may change one of them; 0: never

  std::vector<std::string> lost;  // personal parts of the row that are sealed, and whose key is missing (split_row.h)
  DecisionLink last_decision;     // newest link of the decision trail
  int64_t filed_at_ms = 0;        // due_at_ms of the earliest alarm entry that is filed for this row

  Cart* FindCart(std::string_view cart_id);
  const Cart* NewestOpenCart() const;  // the cart at hand; null: none is open
  // The newest on that channel, of those that nothing suppresses if there are any.
  const Endpoint* FindEndpoint(std::string_view channel) const;
  // Whether it is no customer at all: the row of an address of which something was told before any customer had it. It
  // has no id, walks no journey and is in no segment.
  bool of_address() const;
  // The first of the names that is known in clear; null: none is.
  const std::string* known_name() const;
  // Whether the shop knows it by the id of a device: it is one, or only a device of who was erased came back.
  bool by_device() const;
  // The next moment at which anything may change by time alone; 0: none.
  int64_t NextAlarm(int64_t cart_idle_ms) const;
};

// Whether a row is of no customer who is known now: of an address that no customer has, of a customer who was erased
// and did not come back, or of one of whom a hash is known only. Nothing in clear is kept in it.
bool IsNobody(const Customer& customer);

}  // namespace cartwheel
