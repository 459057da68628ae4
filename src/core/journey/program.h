// The program of a journey against time. A wait counts from the planned instant of the step before it, never from when
// that step really ran; a send that would come later than its `latest` is skipped. So an outage sends no burst.
#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "core/journey/act.h"
#include "core/model/context.h"
#include "core/model/customer.h"
#include "core/model/effects.h"

namespace cartwheel {

// Runs what is due at context.now_ms. *acted: what its steps changed of the customer.
absl::Status RunDue(Customer& customer, const FoldContext& context, Effects& effects, Acted* acted);
// Sets the plan of an enrolment to begin at its first step, counted from an instant.
void PlanFrom(Customer& customer, Enrolment& enrolment, const Journey& journey, int64_t from_ms,
              const FoldContext& context);
// Completes an enrolment whose program is done; it stays until its open messages have ended. Returns whether there are
// none, so that the caller can remove it. `told`: its last message arrived; of a duty, an end without that is counted.
bool Finish(Customer& customer, Enrolment& enrolment, const Journey& journey, bool told, const FoldContext& context,
            Effects& effects);

}  // namespace cartwheel
