// What events do to the carts of a customer, as operations that are kept for a while and applied in the order in which
// they happened. So carts are a function of the events, whatever the order of arrival: one that comes late is put in
// its place, and what follows it is done again.
//
// Operations older than the lateness are folded into the base states (cart.h). What happened before the last of those
// may only take away.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/model/operation_log.h"

namespace cartwheel {

struct Customer;

// The place of the line that `told` names, told to the cart; where the cart has none it gets one. kLinesMax lines: the
// line is refused and the answer is empty.
std::optional<uint32_t> TellLine(Cart& cart, const ToldLine& told, int64_t at_ms);

// Does an operation, now or in its place among those that are kept.
CartOutcome Operate(Customer& customer, const CartOperation& operation);
// Computes all states from the base states and the kept operations.
void Replay(Customer& customer);
// The same, of operations that are read from a row (OperationLog::bytes). False: they are none of these carts.
[[nodiscard]] bool RestoreOperations(Customer& customer, std::string_view bytes);
// Folds operations up to `until_ms` into the base states, and forgets lines that nothing refers to any more.
void FoldOperations(Customer& customer, int64_t until_ms);
// Folds what an operation at this instant would be too late for, where it is further than the lateness before the
// newest. The places of lines change: call it before TellLine.
void FoldForLate(Customer& customer, int64_t at_ms, int64_t lateness_ms);
// Whether an order is among the kept operations.
bool IsKept(const Customer& customer, uint64_t order);
// Removes a cart. Kept operations on it are folded first: an order may have acted on other carts by what was known of
// this one.
void DropCart(Customer& customer, size_t place);

}  // namespace cartwheel
