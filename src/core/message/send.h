// Making a message: the gate's verdict, a channel that reaches the customer, the composed texts, and a row for the
// outbox.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/model/context.h"
#include "core/model/customer.h"
#include "core/model/effects.h"

namespace cartwheel {

enum class Sent : uint8_t {
  kNothing,      // none was made: the reason is in the decision trail
  kCapped,       // the same: one of its channels for a cap
  kUnreachable,  // the same: no channel reaches the customer, or the customer wants it on none
  kMade,
  kDeferred,  // the gate says later: the enrolment's wake_at_ms
};

// Makes a message for the first channel of the step, from the one at `turn` on (channel_order.h), that reaches the
// customer and that the gate does not forbid; one that the gate defers is waited for, and no later channel is tried.
// `planned_at_ms` is when the step was planned, or the opening that it was first deferred to. `before`: the message in
// whose place this one is made; then a deferred one is made all the same, and decided anew at its opening.
Sent Send(Customer& customer, Enrolment& enrolment, const Journey& journey, size_t step, size_t turn,
          int64_t planned_at_ms, const FoldContext& context, Effects& effects, const OpenMessage* before = nullptr);

}  // namespace cartwheel
