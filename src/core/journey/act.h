// Steps that act: they set attributes, put the customer into audiences and take it out, tell events. What a walk does
// may let another walk begin; a chain of such walks is at most kWalkChainMax long.
#pragma once

#include <cstdint>

#include "core/model/context.h"
#include "core/model/customer.h"
#include "core/model/effects.h"

namespace cartwheel {

// What the steps of a customer's walks changed of the customer: segments are judged anew when they have run.
struct Acted {
  bool attributes = false;  // or audiences
  uint32_t chain = 0;       // of the walks that the change lets begin
};

// Each does what the step at the walk's position says, at the instant for which it is planned, or writes why not.
void RunSet(const SetStep& step, Customer& customer, Enrolment& enrolment, const Journey& journey,
            const FoldContext& context, Effects& effects, Acted& acted);
void RunAudience(const AudienceStep& step, Customer& customer, Enrolment& enrolment, const Journey& journey,
                 const FoldContext& context, Effects& effects, Acted& acted);
void RunEmit(const EmitStep& step, Customer& customer, Enrolment& enrolment, const Journey& journey,
             const FoldContext& context, Effects& effects);

}  // namespace cartwheel
