// The carts that a customer has by their ids: found, made, and given up.
#pragma once

#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "core/journey/walk.h"

namespace cartwheel {

// The place of the cart with this id (empty: the default cart), made where there is none. Where the customer has
// kCartsMax carts, the one closed longest is forgotten, else the one idle longest expires, which is a happening.
absl::StatusOr<int32_t> NamedCart(Customer& customer, std::string_view id, const StepContext& context,
                                  std::vector<Happening>& happenings, Effects& effects);

// Closes a cart as expired and says so in the trail: "idle" or "carts_max".
absl::Status ExpireCart(Customer& customer, size_t place, int64_t at_ms, std::string_view reason,
                        const StepContext& context, std::vector<Happening>& happenings, Effects& effects);

}  // namespace cartwheel
