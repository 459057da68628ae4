// Making a message: the gate's verdict, a channel that reaches the customer, the composed texts, and a row for the
// outbox.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/model/context.h"
#include "core/model/customer.h"
#include "core/model/effects.h"

namespace cartwheel {

// Makes a message for the first channel of the step, from `via` on, that reaches the customer and that the
// gate allows. `planned_at_ms` is when the step was planned. True when one was made; otherwise the reason is in the
// decision trail.
bool Send(Customer& customer, Enrolment& enrolment, const Journey& journey, size_t step, size_t via,
          int64_t planned_at_ms, const FoldContext& context, Effects& effects);

}  // namespace cartwheel
