// Goals: what counts as the success of a journey, when it comes so soon after a message was accepted, or after the
// entry. A window is open for each journey and key since then; the goal closes it, so that it counts once.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/journey/journey_event.h"
#include "core/message/world.h"
#include "core/model/context.h"
#include "core/model/customer.h"
#include "core/model/effects.h"

namespace cartwheel {

// Opens the window of a walk that was entered, where the journey's goal counts from there.
void OpenWindowOfEntry(Customer& customer, const Enrolment& enrolment, const Journey& journey);
// Opens that of a walk of which a message was accepted, where the goal counts from there. The journey is of the
// playbook in force, by its name.
void OpenWindowOfMessage(Customer& customer, std::string_view journey, std::string_view key, int64_t at_ms,
                         const FoldContext& context);
// Counts the goals that an event reaches, and closes their windows.
void ReachGoals(Customer& customer, const JourneyEvent& journey_event, const World& world, const FoldContext& context,
                Effects& effects);

}  // namespace cartwheel
