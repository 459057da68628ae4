// The step function: everything that happens to a customer. Pure: it reads no clock, no file and no random source; the
// same customer, input, context give the same customer and effects, which is why replays, simulations and tests are the
// production code.
//
// An event only plans: messages are made by an alarm, which the fold fires after it has passed the head of the log. So
// an event that is already in the log always comes before a message that it forbids. (One exception: a receipt that
// says that a channel failed may make the message for the next channel at once; Claim holds it back while its customer
// has events in the unfolded tail.)
//
// Errors: Internal, when an invariant is broken (a row that names a journey that does not exist, a row over its
// bounds). The customer and the effects are then of no use and must be dropped; the fold quarantines the input. What is
// wrong with an event itself is Effects::refusal.
#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "core/model/context.h"
#include "core/model/customer.h"
#include "core/model/effects.h"
#include "core/model/event.h"

namespace cartwheel {

absl::Status ApplyEvent(Customer& customer, const Event& event, const FoldContext& context, Effects& effects);
absl::Status ApplyAlarm(Customer& customer, const FoldContext& context, Effects& effects);

// A purchase, or what is nearly one, that names this customer too (the device it was made on) ends its walks and closes
// its carts. Nothing is counted or merged.
absl::Status ApplyStop(Customer& customer, const Event& event, const FoldContext& context, Effects& effects);

// Another customer registered this address: it is no longer this one's, and neither are the messages that wait for it.
absl::Status ApplyEndpointTaken(Customer& customer, std::string_view channel, std::string_view address, int64_t at_ms,
                                const FoldContext& context, Effects& effects);

}  // namespace cartwheel
