// The past of a customer: of the events that the playbook's conditions ask for, what they ask of them. Events older
// than the playbook keeps are forgotten; what no playbook asked for was never kept, and is brought back from the log
// (engine/fold/back_fill.cc).
#pragma once

#include "core/journey/walk.h"

namespace cartwheel {

// Null: nobody asks.
const Wanted* WantedOf(const Playbook& playbook, EventType type, std::string_view name);

// Keeps it when somebody asks for its type and it is not too old; an event that is there already is replaced. The
// fingerprint of its type; 0: it was not kept.
uint64_t Remember(Customer& customer, const Happening& happening, const StepContext& context, Effects& effects);

// The past of both.
void MergeHistory(History& into, const History& from);

}  // namespace cartwheel
