// Messages that left: what the customer did with them, which `journey.messages` and the report tell. Of each customer
// the newest kSentMax are kept.
#pragma once

#include "core/journey/step.h"

namespace cartwheel {

// It was accepted by its channel, or the customer did something with it, which proves as much.
SentMessage& RememberSent(Customer& customer, const Enrolment& enrolment, const OpenMessage& message, int64_t at_ms);

// A message_opened or message_clicked of the shop. Of a message that is not known (any more), or is somebody else's, it
// says nothing.
void HearOfMessage(Customer& customer, const Event& event, const StepContext& context, Effects& effects);

// Those of both, the newest.
void MergeSent(Customer& customer, const Customer& device);

}  // namespace cartwheel
