// Who a customer is: attributes, endpoints, and erasure.
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

}  // namespace cartwheel
