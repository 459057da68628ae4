// A call: a message without a reader, to a system of the shop, whose answer is an event. The walk stands at it until
// the answer comes, its time is over, or its channel says that it failed. Of equal answers the earliest counts, in
// whatever order they arrive; one that the log has before the walk comes to its call (a log that is read again) stands
// in for the call.
#pragma once

#include "core/journey/ran.h"
#include "core/model/context.h"
#include "core/model/customer.h"
#include "core/model/effects.h"
#include "core/model/event.h"

namespace cartwheel {

// Runs the call at the walk's position.
Ran RunCall(const CallStep& step, Customer& customer, Enrolment& enrolment, const Journey& journey,
            const FoldContext& context, Effects& effects);
// Takes a call_answered: keeps what it says for the walk that it is for, and has that look. What cannot be taken of it
// is told in Effects::notices.
absl::Status TakeAnswer(Customer& customer, const Event& event, const FoldContext& context, Effects& effects);

}  // namespace cartwheel
