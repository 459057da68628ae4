// A send that is due: too late, too soon, or made; and what follows where no message is made or none arrives.
#pragma once

#include "core/journey/ran.h"
#include "core/model/context.h"
#include "core/model/customer.h"
#include "core/model/effects.h"

namespace cartwheel {

// Runs the send at the walk's position. One that does something else when its message fails (`on_failed`) is not done
// before that is known.
Ran RunSend(const SendStep& step, Customer& customer, Enrolment& enrolment, const Journey& journey,
            const FoldContext& context, Effects& effects);

}  // namespace cartwheel
