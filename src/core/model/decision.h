// The decision trail: every step taken, every message made, skipped or dropped, with the reason. What `why` prints.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/model/ids.h"
#include "core/model/reason.h"

namespace cartwheel {

// Numbers are part of the file format: append, never move.
enum class DecisionKind : uint8_t {
  kEntered = 0,    // a journey
  kReset = 1,      // the wait began again: the reason is the event
  kMessage = 2,    // made for the outbox: `detail` is the channel
  kSkipped = 3,    // a send whose moment had passed, or whom nothing reaches
  kDropped = 4,    // a send that the gate, the purpose or its own text forbade
  kExited = 5,     // the journey, before its last step
  kCompleted = 6,  // the journey
  kRevoked = 7,    // a message that had not left yet
  kReceipt = 8,    // what became of a message
  kMerged = 9,     // a device became this customer: `detail` is its id
  kErased = 10,
  kRefusedEnrolment = 11,  // an entry that was not taken
  kConverted = 12,         // the journey reached its goal
  kCartExpired = 13,       // `detail` says which cart
  kConsent = 14,           // granted, refused, withdrawn, reconfirmed: `detail` says of what
  kDeferred = 15,          // a send waits for an opening: `detail` says by which rule, and until when
  kWay = 16,               // where a walk went on: `detail` is the arm
  kAddress = 17,           // an address bounced, was complained of, blocked or released: `detail` says which channel's
  kSet = 18,               // attributes: `detail` is what, as JSON
  kAddedTo = 19,           // an audience: `detail` is its name
  kRemovedFrom = 20,       // the same
  kEmitted = 21,           // an event: `detail` is its type
  kAdopted = 22,           // a new revision took the walk over: `step` is where it is, `detail` what it came from
};
std::string_view DecisionName(DecisionKind kind);

struct Decision {
  DecisionKind kind = DecisionKind::kEntered;
  int64_t at_ms = 0;          // when it was taken
  int64_t planned_at_ms = 0;  // when it was planned, for steps; 0 elsewhere
  MessageId message;          // the message it is about; 0: none
  std::string journey;
  std::string step;
  Reason reason = Reason::kNone;
  std::string detail;  // the words that came with the reason; of kMessage and kMerged as said there

  Cause cause() const { return {reason, detail}; }
};

void EncodeDecision(const Decision& decision, std::string* out);
// Every decision of one row, oldest first; stops at the first broken one.
std::vector<Decision> DecodeDecisions(std::string_view bytes);

}  // namespace cartwheel
