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
// Enters by the event that an enrolment remembers (later_at_ms), after an exit that came late has ended it: that event
// did not enter because the enrolment still ran.
void EnterLater(Customer& customer, const Enrolment& ended, const Journey& journey, const FoldContext& context,
                Effects& effects);

}  // namespace cartwheel
