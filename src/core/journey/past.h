// The history of a customer: the events that the playbook's conditions refer to, with the properties they read. Older
// events than the playbook keeps are removed. What no playbook referred to was never kept, and is read from the log
// again when one does (engine/fold/back_fill.h).
#pragma once

#include "core/journey/journey_event.h"
#include "core/model/context.h"
#include "core/model/customer.h"
#include "core/model/effects.h"
#include "core/model/playbook.h"

namespace cartwheel {

// Finds what a playbook keeps of events of this type. Null: no condition refers to it.
const KeptHistory* FindKeptHistory(const Playbook& playbook, EventType type, std::string_view name);

// Stores the event in the customer's history if a condition refers to its type and it is recent enough; replaces an
// equal one. Returns the fingerprint of its type, or 0 if it was not stored.
uint64_t Remember(Customer& customer, const JourneyEvent& journey_event, const FoldContext& context, Effects& effects);

// Adds the events of a device's history that are not in the customer's.
void MergeHistory(History& into, const History& from);

}  // namespace cartwheel
