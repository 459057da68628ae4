// Attributes and endpoints of a customer, and erasure.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "core/model/context.h"
#include "core/model/customer.h"
#include "core/model/effects.h"
#include "core/model/event.h"

namespace cartwheel {

// Sets the properties of an identify as attributes; of each the newest value stays, null unsets it.
void SetAttributes(Customer& customer, const Event& event, Effects& effects);
// Registers an address. The newest of its registrations and removals counts; at one instant the removal.
void AddEndpoint(Customer& customer, const Event& event, Effects& effects);
// Removes an address, and revokes the messages that wait for it.
absl::Status RemoveEndpoint(Customer& customer, std::string_view channel, std::string_view address, int64_t at_ms,
                            const Cause& cause, const FoldContext& context, Effects& effects);
// Forgets everything at once but the names, so that events of before the erasure that still arrive find no customer to
// join.
absl::Status Erase(Customer& customer, int64_t at_ms, const FoldContext& context, Effects& effects);

}  // namespace cartwheel
