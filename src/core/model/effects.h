// What a step asks the world to do. The step itself changes the customer it was given and nothing else; the fold writes
// these beside it in one transaction.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/money.h"
#include "core/model/consent_row.h"
#include "core/model/counter.h"
#include "core/model/decision.h"
#include "core/model/message.h"

namespace cartwheel {

// A message that must not leave any more. When it still waits, it ends in `state`; out on a claim, it is not tried
// again.
struct Revocation {
  int64_t message = 0;
  Reason reason = Reason::kNone;
  std::string detail;  // the words that came with the reason
  MessageState state = MessageState::kRevoked;
};

// An event that was read and not taken.
struct Refusal {
  Reason reason = Reason::kNone;
  std::string message;
};

struct Effects {
  std::vector<MessageRow> messages;
  std::vector<Revocation> revocations;
  std::vector<Decision> decisions;
  std::vector<ConsentRow> consents;  // for the ledger
  CounterSums counters;
  std::optional<Refusal> refusal;
  std::vector<Refusal> notices;  // of an event that was taken: a part of it was not, or it made something else give way
  bool duplicate = false;
  int64_t seen_overflow = 0;  // fingerprints forgotten before their time
  int64_t enrolments = 0;
  int64_t exits = 0;

  void Count(const CounterView& counter, int64_t count = 1, Money value = 0) { counters.Add(counter, count, value); }
};

}  // namespace cartwheel
