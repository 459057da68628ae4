// Orders: counted once however often they are reported, and taken back whole (cancelled) or in part (refunded), in whatever order the
// reports come. What took an order back before the order itself came is remembered until it does.
#pragma once

#include "core/customer.h"
#include "core/effects.h"
#include "core/event.h"

namespace cartwheel {

// What an event says that it is worth: total, value or revenue, or the sum of its products; else `otherwise`.
Money OrderValue(const Event& event, Money otherwise);
// A completed order of this value. False: it was reported before and counts for nothing.
bool CountOrder(Customer& customer, const Event& event, Money value, Effects& effects);
// A cancellation takes the order back; a refund takes its amount, the whole order when it names none. Without an order id: nothing.
void TakeBackOrder(Customer& customer, const Event& event, Effects& effects);
// The orders of both, each once; the totals are those of what is left.
void MergeOrders(Customer& customer, const Customer& device);

}  // namespace cartwheel
