// A new revision takes over walks that began under an older one, by the names of the steps.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/model/context.h"
#include "core/model/customer.h"
#include "core/model/effects.h"

namespace cartwheel {

// The walks that an adoption takes over go on within so long, each at an instant of its own.
inline constexpr int64_t kAdoptionSpreadMs = int64_t{60} * 60 * 1000;

// Returns the place in `journey` of what a step of the adopted revision is called there; nullopt: it is lost. A step
// that its playbook gave no name, and that sends nothing, is found only where `adopt.steps` names it.
[[nodiscard]] std::optional<uint32_t> PlaceOfAdopted(const Journey& adopted, uint32_t place, const Journey& journey);

// Moves the customer's walks that the playbook in force adopts to that playbook. What they have sent goes with them by
// the names of the steps; a message that waits and whose step is lost is revoked. The step that a walk is at is planned
// anew, `at_ms` (of the adoption) and more later where it would be due by then. A walk whose step is lost stays where
// it is. Returns whether one was moved.
bool AdoptWalks(Customer& customer, int64_t at_ms, const FoldContext& context, Effects& effects);

}  // namespace cartwheel
