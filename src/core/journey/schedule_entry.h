// Entering a journey by its schedule.
#pragma once

#include <cstdint>

#include "core/journey/occurrences.h"
#include "core/model/context.h"
#include "core/model/customer.h"
#include "core/model/effects.h"

namespace cartwheel {

// Asks a customer at its turn: who is in the schedule's segment now enters the journey at `place` of the playbook in
// force, as of the occurrence's instant, and has had the occurrence: no customer has one twice, not as a device and as
// the customer that it becomes either. Returns whether the customer was changed.
bool EnterOccurrence(Customer& customer, uint32_t place, const Occurrence& occurrence, const FoldContext& context,
                     Effects& effects);

}  // namespace cartwheel
