// Messages that left: what the customer did with them, which `journey.messages` and the report tell. Of each customer
// the newest kSentMax are kept.
#pragma once

#include "core/model/context.h"
#include "core/model/customer.h"
#include "core/model/effects.h"
#include "core/model/event.h"

namespace cartwheel {

// It was accepted by its channel, or the customer did something with it, which proves as much.
SentMessage& RememberSent(Customer& customer, const Enrolment& enrolment, const OpenMessage& message, int64_t at_ms);

// A message_opened or message_clicked of the shop. Of a message that is not known (any more), or is another customer's,
// it says nothing.
void RecordEngagement(Customer& customer, const Event& event, const FoldContext& context, Effects& effects);

// Those of both, the newest.
void MergeSent(Customer& customer, const Customer& device);

}  // namespace cartwheel
