// Walking journeys: what one event does to all walks of a customer, by the playbook in force (enrolments: by their own
// revision).
#pragma once

#include "absl/status/status.h"
#include "core/journey/journey_event.h"
#include "core/model/context.h"
#include "core/model/customer.h"
#include "core/model/effects.h"

namespace cartwheel {

// Applies exits, goals, resets, then entries.
absl::Status Walk(Customer& customer, const JourneyEvent& journey_event, const FoldContext& context, Effects& effects);

}  // namespace cartwheel
