// What commerce events do to a customer's carts and orders.
#pragma once

#include <vector>

#include "core/journey/walk.h"

namespace cartwheel {

// Applies the event and appends what journeys shall see of it to `happenings`: the event itself first, then what
// follows from it (a cart that the last removal emptied). Sets effects.refusal, and changes nothing, when the event
// would break a limit.
absl::Status ApplyCommerce(Customer& customer, const Event& event, const StepContext& context,
                           std::vector<Happening>& happenings, Effects& effects);

// Takes what was bought out of the carts of another customer whom the event names too (the device of a purchase), and
// appends what ends its walks. Nothing is counted.
absl::Status StopForOrder(Customer& customer, const Event& event, const StepContext& context,
                          std::vector<Happening>& happenings, Effects& effects);

// Carts that were idle too long expire.
absl::Status ExpireCarts(Customer& customer, const StepContext& context, std::vector<Happening>& happenings,
                         Effects& effects);

}  // namespace cartwheel
