// The past of a customer: of the events that the playbook's conditions ask for, what they ask of them. Events older
// than the playbook keeps are forgotten; what no playbook asked for was never kept, and is brought back from the log
// (engine/fold/back_fill.cc).
#pragma once

#include "core/journey/journey_event.h"
#include "core/model/context.h"
#include "core/model/customer.h"
#include "core/model/effects.h"
#include "core/model/playbook.h"

namespace cartwheel {

// Null: no condition refers to it.
const KeptHistory* FindKeptHistory(const Playbook& playbook, EventType type, std::string_view name);

// Stores the event in the customer's history if a condition refers to its type and it is recent enough; replaces an
// equal one. Returns the fingerprint of its type, or 0 if it was not stored.
uint64_t Remember(Customer& customer, const JourneyEvent& journey_event, const FoldContext& context, Effects& effects);

// The past of both.
void MergeHistory(History& into, const History& from);

}  // namespace cartwheel
