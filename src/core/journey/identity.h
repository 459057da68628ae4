// Who a customer is: attributes, endpoints, and erasure.
#pragma once

#include "core/journey/step.h"

namespace cartwheel {

// The properties of an identify become attributes, of each the newest; null unsets one.
void SetAttributes(Customer& customer, const Event& event, Effects& effects);
// Of an address the newest of its registrations and removals counts; of one instant the removal.
void AddEndpoint(Customer& customer, const Event& event, Effects& effects);
absl::Status RemoveEndpoint(Customer& customer, std::string_view channel, std::string_view address, int64_t at_ms,
                            std::string_view reason, const StepContext& context, Effects& effects);
// Everything is forgotten at once but the names, so that events of before the erasure that still arrive find nobody to
// join.
absl::Status Erase(Customer& customer, int64_t at_ms, const StepContext& context, Effects& effects);

}  // namespace cartwheel
