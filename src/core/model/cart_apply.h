// What one operation does to the `now` states of a customer's carts, which are those of its instant.
#pragma once

#include "core/model/cart_operations.h"

namespace cartwheel {

// `items` and `shown` of the carts are not computed anew (ArrangeItems).
CartOutcome Apply(Customer& customer, const CartOperation& operation);

}  // namespace cartwheel
