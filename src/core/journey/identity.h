// Attributes of a customer, and erasure.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "core/model/context.h"
#include "core/model/customer.h"
#include "core/model/effects.h"
#include "core/model/event.h"

namespace cartwheel {

// Gives a customer whose names changed the id that follows from them.
void TakeId(Customer& customer);
// Sets the properties of an identify as attributes; of each the newest value stays, null unsets it.
void SetAttributes(Customer& customer, const Event& event, Effects& effects);
// Forgets everything at once but the names, so that events of before `at_ms` that still arrive find no customer to
// join.
absl::Status Forget(Customer& customer, int64_t at_ms, const FoldContext& context, Effects& effects);
// Does so because the customer asked for it.
absl::Status Erase(Customer& customer, int64_t at_ms, const FoldContext& context, Effects& effects);

}  // namespace cartwheel
