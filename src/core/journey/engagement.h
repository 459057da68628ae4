// Messages that left, and whether the customer opened or clicked them, which `journey.messages` and the report show.
// The newest kSentMax of a customer are kept.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/model/context.h"
#include "core/model/customer.h"
#include "core/model/effects.h"
#include "core/model/event.h"
#include "core/model/receipt.h"

namespace cartwheel {

// Records that a message left: its channel accepted it, or the customer opened or clicked it, which proves the same.
SentMessage& RememberSent(Customer& customer, const Enrolment& enrolment, const OpenMessage& message, int64_t at_ms);

// Records the same of a message that no walk holds any more: it was revoked or expired while it was out, and arrived
// all the same. Caps count it. Nothing is recorded of a customer who was erased and not seen since.
void RememberUnwalked(Customer& customer, const Receipt& receipt, int64_t at_ms, const FoldContext& context);

enum class Engagement : uint8_t {
  kOfReader,
  kOfMachine,  // no reader did it (machine.h), and the event is no one's for anything else
  kUnjudged,   // the event is the customer's later, unless it turns out to be a machine's (clicks.h)
};
// Records a message_opened or message_clicked. Ignores messages that are not known (any more) or another customer's.
[[nodiscard]] Engagement RecordEngagement(Customer& customer, const Event& event, const FoldContext& context,
                                          Effects& effects);

// Returns whether a past message_opened or message_clicked was no reader's, as far as it is still known.
bool WasByMachine(const Customer& customer, const Event& event);

// Keeps the newest messages of both.
void MergeSent(Customer& customer, const Customer& device);

// Takes over what was sent by a channel to the customer who had an address there until now (core/policy/caps.h). To
// which of several addresses on the channel it went is not kept: all of it counts.
void AdoptSent(Customer& customer, const Customer& owner, std::string_view channel, const Playbooks& playbooks);

}  // namespace cartwheel
