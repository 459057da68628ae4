// Entering journeys.
#pragma once

#include <cstdint>

#include "core/journey/journey_event.h"
#include "core/message/world.h"
#include "core/model/context.h"
#include "core/model/customer.h"
#include "core/model/effects.h"

namespace cartwheel {

// Enters the journey at `place` of the playbook in force, when its conditions, its key and earlier walks allow it.
void TryEnter(Customer& customer, const Journey& journey, uint32_t place, const JourneyEvent& journey_event,
              const World& world, const FoldContext& context, Effects& effects);
// A walk was ended by an exit that came late, and a later event, which did not enter because the walk still ran, enters
// now.
void EnterLater(Customer& customer, const Enrolment& ended, const Journey& journey, const FoldContext& context,
                Effects& effects);

}  // namespace cartwheel
