// Ending enrolments before their last step.
#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "core/model/context.h"
#include "core/model/customer.h"
#include "core/model/effects.h"

namespace cartwheel {

// Ends one enrolment and revokes its open messages; the caller removes it from the customer.
void End(Customer& customer, Enrolment& enrolment, const Journey& journey, const Cause& cause, int64_t at_ms,
         const FoldContext& context, Effects& effects);
// Ends every enrolment and revokes its messages that were not handed out, for an erasure.
absl::Status EndAll(Customer& customer, const Cause& cause, const FoldContext& context, Effects& effects);

}  // namespace cartwheel
