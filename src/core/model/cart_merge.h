// The carts of a customer and of a device that turns out to be the customer's.
#pragma once

#include <cstdint>

namespace cartwheel {

struct Customer;

// Lets the carts of both be one customer's: default carts become one, carts of one id too, and the kept operations of
// both are applied in their order. Of what is folded already, the later operation of each line counts. The carts of
// both are together at most kCartsMax.
void MergeCarts(Customer& customer, const Customer& device);
// Forgets what a device did up to an erasure: its carts keep what came later.
void ForgetCartsBefore(Customer& device, int64_t erased_at_ms);

}  // namespace cartwheel
