// Receipts: a message has ended, and the walk it belongs to may go on (to the next channel, or with a fresh text), be
// over, or be on its way to its goal.
#pragma once

#include "absl/status/status.h"
#include "core/model/context.h"
#include "core/model/customer.h"
#include "core/model/effects.h"
#include "core/model/event.h"

namespace cartwheel {

// Applies what became of a message of this customer.
absl::Status ApplyReceipt(Customer& customer, const Event& receipt, const FoldContext& context, Effects& effects);

}  // namespace cartwheel
