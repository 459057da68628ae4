// What a step asks the world to do. The step itself changes the customer it was given and nothing else; the fold writes
// these beside it in one transaction.
//
// They hold no number that counts over all customers. A message is made with a handle in the place of its id; the
// customer, revocations and decisions name it by that. The fold gives the id when it joins the effects of a batch, and
// replaces the handle everywhere. So customers can be stepped in any order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/money.h"
#include "core/model/consent_row.h"
#include "core/model/counter.h"
#include "core/model/customer.h"
#include "core/model/decision.h"
#include "core/model/ids.h"
#include "core/model/message.h"

namespace cartwheel {

// A handle is negative and names a message by its place in Effects::messages; ids are positive.
constexpr bool IsHandle(MessageId message) { return message < MessageId(); }
constexpr MessageId HandleOf(size_t place) { return MessageId(-1 - static_cast<int64_t>(place)); }
constexpr size_t PlaceOf(MessageId handle) { return static_cast<size_t>(-1 - handle.value()); }

// A message that must not leave any more. When it still waits, it ends in `state`; out on a claim, it is not tried
// again.
struct Revocation {
  MessageId message;  // an id, or a handle
  Reason reason = Reason::kNone;
  std::string detail;  // the words that came with the reason
  MessageState state = MessageState::kRevoked;
};

// An event that was read and not taken.
struct Refusal {
  Reason reason = Reason::kNone;
  std::string message;
};

// An entry into a journey that takes only so many in an hour or a day: the enrolment is not the customer's before the
// fold has granted it a place.
struct EntryAsk {
  CustomerRow customer;
  Enrolment enrolment;
  int64_t asked_at_ms = 0;  // when its event came in
  std::string event;
};

// An event that a step tells: it goes into the log, and is folded as any other.
struct EmittedEvent {
  std::string type, id, customer, anonymous_id;
  std::string properties;  // a packed map
  int64_t at_ms = 0;
  uint32_t chain = 0;  // Event::chain
};

struct Effects {
  std::vector<MessageRow> messages;  // with handles
  std::vector<EntryAsk> entries;
  std::vector<Revocation> revocations;
  std::vector<Decision> decisions;
  std::vector<ConsentRow> consents;  // for the ledger
  std::vector<EmittedEvent> emitted;
  CounterSums counters;
  std::optional<Refusal> refusal;
  std::vector<Refusal> notices;  // of an event that was taken: a part of it was not, or it made something else give way
  bool duplicate = false;
  int64_t seen_overflow = 0;  // fingerprints forgotten before their time
  int64_t enrolments = 0;
  int64_t exits = 0;

  // Adds a message and returns its handle.
  MessageId Add(MessageRow message) {
    message.id = HandleOf(messages.size());
    messages.push_back(std::move(message));
    return messages.back().id;
  }
  void Count(const CounterView& counter, int64_t count = 1, Money value = 0) { counters.Add(counter, count, value); }
  // Empties everything, but keeps the room.
  void Clear() {
    messages.clear();
    entries.clear();
    revocations.clear();
    consents.clear();
    emitted.clear();
    decisions.clear();
    counters.Clear();
    refusal.reset();
    notices.clear();
    duplicate = false;
    seen_overflow = enrolments = exits = 0;
  }
};

}  // namespace cartwheel
