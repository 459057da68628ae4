// Exits: enrolments that end before their last step.
#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "core/model/context.h"
#include "core/model/customer.h"
#include "core/model/effects.h"

namespace cartwheel {

// Exits one enrolment and revokes its open messages; the caller removes it from the customer.
void ExitEnrolment(Customer& customer, Enrolment& enrolment, const Journey& journey, const Cause& cause, int64_t at_ms,
                   const FoldContext& context, Effects& effects);
// Exits every enrolment and revokes its messages that were not handed out, for an erasure.
absl::Status ExitAll(Customer& customer, const Cause& cause, const FoldContext& context, Effects& effects);

}  // namespace cartwheel
