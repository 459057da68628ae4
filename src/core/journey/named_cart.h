// The carts of a customer by their ids: found, made and removed.
#pragma once

#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "core/journey/journey_event.h"
#include "core/model/context.h"
#include "core/model/customer.h"
#include "core/model/effects.h"

namespace cartwheel {

// Finds or makes the cart with this id (empty: the default cart) and returns its place. Where the customer has
// kCartsMax carts, removes the one closed longest, else expires the one idle longest, which is a journey event.
absl::StatusOr<int32_t> NamedCart(Customer& customer, std::string_view id, const FoldContext& context,
                                  JourneyEvents& journey_events, Effects& effects);

// Removes, of the carts that may go, the one closed longest, else expires and removes the one idle longest. None may
// go: nothing is done.
absl::Status ForgetOldestCart(Customer& customer, absl::FunctionRef<bool(const Cart&)> may_go,
                              const FoldContext& context, JourneyEvents& journey_events, Effects& effects);

// Closes a cart as expired and writes the reason to the decision trail: "idle" or "carts_max".
absl::Status ExpireCart(Customer& customer, size_t place, int64_t at_ms, Reason reason, const FoldContext& context,
                        JourneyEvents& journey_events, Effects& effects);

}  // namespace cartwheel
