// Who is who: attributes, endpoints, erasure, and the merge of an anonymous device into the customer who used it.
#pragma once

#include "core/step.h"

namespace cartwheel {

// The properties of an identify become attributes.
void SetAttributes(Customer& customer, const Event& event, Effects& effects);
void AddEndpoint(Customer& customer, const Event& event, Effects& effects);
absl::Status RemoveEndpoint(Customer& customer, std::string_view channel, std::string_view address,
                            std::string_view reason, const StepContext& context, Effects& effects);
// Everything is forgotten at once but the names, so that events of before the erasure that still arrive find nobody to join.
absl::Status Erase(Customer& customer, int64_t at_ms, const StepContext& context, Effects& effects);

// The second pure function: the customer with all that the device knew. Refusals win; of two enrolments with an equal (journey, key) the later
// survives; dedupe sets unite. The device is of no use afterwards. Open messages of surviving enrolments move to the customer
// (their ids are appended to `moved`).
absl::Status Merge(Customer& customer, Customer& device, const StepContext& context, Effects& effects,
                   std::vector<int64_t>& moved);

}  // namespace cartwheel
