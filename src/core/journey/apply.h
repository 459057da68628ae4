// Applies an input (an event, an alarm) to a customer. Pure: it reads no clock, no file and no random source; the same
// customer, input and context give the same customer and effects, so replays, simulations and tests run the production
// code.
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

// Applies an event of this customer: attributes, endpoints, carts and orders; then exits, goals, resets and entries of
// journeys; then segments. A duplicate changes nothing.
absl::Status ApplyEvent(Customer& customer, const Event& event, const FoldContext& context, Effects& effects);
// Does what is due by time alone: carts expire, segments change, steps of journeys run.
absl::Status ApplyAlarm(Customer& customer, const FoldContext& context, Effects& effects);

// Ends the enrolments and closes the carts of a further customer (the device) that a purchase, or an event nearly named
// like an exit, names too. Counts and merges nothing.
absl::Status ApplyExit(Customer& customer, const Event& event, const FoldContext& context, Effects& effects);

// Takes an address away that another customer registered, and revokes the messages that wait for it.
absl::Status ApplyEndpointTaken(Customer& customer, std::string_view channel, std::string_view address, int64_t at_ms,
                                const FoldContext& context, Effects& effects);

}  // namespace cartwheel
