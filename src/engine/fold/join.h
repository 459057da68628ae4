// Joins what the inputs of a batch did, in input order: here messages and entries of the decision trail get their
// numbers. So they do not depend on the order in which the customers were stepped, nor on how they were shared out.
#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "engine/common/trail.h"
#include "engine/fold/alarms.h"
#include "engine/fold/batch.h"
#include "engine/fold/customer_cache.h"
#include "engine/fold/step_scope.h"

namespace cartwheel {

// Joins the run that was stepped: numbers its messages, in the customers and their decisions too, and adds what it
// asked for to the write set; grants places in journeys. Empties the run.
void JoinRun(const StepScope& scope);

// Appends the decisions of a customer to the trail, after its own so far and those of a device that was `merged` into
// it (0: of none), and lets the customer lead to them.
void LinkDecisions(CachedCustomer& cached, DecisionLink merged, TrailWriter& trail);

// Completes the write set when every run is joined: files alarms, encodes the customers, sums up. Internal: a row is
// over its bound, and was quarantined.
[[nodiscard]] absl::Status CompleteWrite(Batch& batch, CustomerCache& customers, Alarms& alarms);

}  // namespace cartwheel
