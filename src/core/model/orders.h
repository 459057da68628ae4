// Orders of a customer: each counts once, by its id, however often and from wherever it is reported; refunds and
// cancellations take it back, also when they come first.
#pragma once

#include <optional>

#include "core/journey/step.h"
#include "core/model/customer.h"
#include "core/model/effects.h"
#include "core/model/event.h"

namespace cartwheel {

// Of the order's id; 0: it has none.
uint64_t OrderFingerprint(const Event& event);
// Whether the order of this event was counted before.
bool WasReported(const Customer& customer, const Event& event);
// When the order of this event was first reported: the event's own time, where this is the first or the earliest
// report.
int64_t FirstReportedAt(const Customer& customer, const Event& event);
// What an order is worth: its total, else value, else revenue, else the sum of its products where each has a price.
// Absent: it does not say.
std::optional<Money> OrderValue(const Event& event);
// Whether the event's amounts are in another currency than the shop's; an event or a shop that names none is in the
// shop's.
bool IsForeign(const Event& event, const StepContext& context);

// Counts an order_completed. What it added to the revenue: 0 for an order that was counted before,
// and for one in another currency.
Money CountOrder(Customer& customer, const Event& event, const StepContext& context, Effects& effects);
// Applies an order_cancelled or order_refunded. A refund has one sign: -5 and 5 both give 5 back; without an amount it
// is of the whole order.
void TakeBackOrder(Customer& customer, const Event& event, Effects& effects);
// Adds an order that is remembered to totals that were set to nothing.
void CountAgain(Customer& customer, const Order& order);
void MergeOrders(Customer& customer, const Customer& device);

}  // namespace cartwheel
