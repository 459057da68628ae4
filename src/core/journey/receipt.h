// Receipts: the outcome of a message, by which its enrolment may try the next channel or a fresh text, be over, or have
// an attribution window opened.
#pragma once

#include "absl/status/status.h"
#include "core/model/context.h"
#include "core/model/customer.h"
#include "core/model/effects.h"
#include "core/model/event.h"

namespace cartwheel {

// Applies the outcome of a message of this customer.
absl::Status ApplyReceipt(Customer& customer, const Event& event, const FoldContext& context, Effects& effects);

}  // namespace cartwheel
