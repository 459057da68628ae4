// Commerce events, applied to a customer's carts and orders.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "core/journey/journey_event.h"
#include "core/model/context.h"
#include "core/model/customer.h"
#include "core/model/effects.h"
#include "core/model/event.h"

namespace cartwheel {

// Applies the event and appends what journeys shall see of it to `journey_events`: the event itself first, then what
// follows from it (a cart that the last removal emptied). Sets effects.refusal, and changes nothing, when the event
// would break a limit.
absl::Status ApplyCommerce(Customer& customer, const Event& event, const FoldContext& context,
                           JourneyEvents& journey_events, Effects& effects);

// Takes what was bought out of the carts of another customer whom the event names too (the device of a purchase), and
// appends what ends its walks. Nothing is counted.
absl::Status ExitForOrder(Customer& customer, const Event& event, const FoldContext& context,
                          JourneyEvents& journey_events, Effects& effects);

// Expires carts that were idle longer than cart_idle_ms.
absl::Status ExpireCarts(Customer& customer, const FoldContext& context, JourneyEvents& journey_events,
                         Effects& effects);

}  // namespace cartwheel
