// Entering journeys.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "core/journey/journey_event.h"
#include "core/message/world.h"
#include "core/model/context.h"
#include "core/model/customer.h"
#include "core/model/effects.h"

namespace cartwheel {

// Enters the journey at `place` of the playbook in force, when its conditions, its key and earlier walks allow it.
void TryEnter(Customer& customer, const Journey& journey, uint32_t place, const JourneyEvent& journey_event,
              const World& world, const FoldContext& context, Effects& effects);
// Names the event that enters, the same in every replay.
uint64_t EntryFingerprint(const JourneyEvent& journey_event);
// Makes an enrolment in the journey at `place` of the playbook in force; what remains is to plan it. `entry` tells it
// from others of the same key.
Enrolment MakeEnrolment(const Customer& customer, const Journey& journey, uint32_t place, std::string_view key,
                        uint64_t entry, int64_t at_ms, const FoldContext& context);
// Counts an entry that is refused and writes it to the trail.
void NoteRefusedEntry(const Journey& journey, int64_t at_ms, const Cause& cause, Effects& effects);
// Counts an entry and writes it to the trail.
void NoteEntry(const Journey& journey, int64_t at_ms, const Cause& cause, Effects& effects);
// Takes a place in a journey for an entry that was asked for at an instant. Returns the cap that has none left; empty:
// it was taken.
using TakePlace = absl::FunctionRef<std::string_view(const Journey& journey, int64_t asked_at_ms)>;
// Enters a journey of the playbook in force that caps its entries, if there is a place. The asks of all customers are
// granted in the order of their inputs.
void GrantEntry(Customer& customer, EntryAsk ask, TakePlace take_place, const FoldContext& context, Effects& effects);
// Enters by the event that an enrolment remembers (later_at_ms), after an exit that came late has ended it: that event
// did not enter because the enrolment still ran.
void EnterLater(Customer& customer, const Enrolment& ended, const Journey& journey, const FoldContext& context,
                Effects& effects);

}  // namespace cartwheel
