// The merge of an anonymous device (or of a customer's previous id) into the customer it belongs to.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "core/model/context.h"
#include "core/model/customer.h"
#include "core/model/effects.h"

namespace cartwheel {

// Adds all that the device knew to the customer. Pure. Refusals win; of two enrolments with an equal
// (journey, key) the later survives; dedupe sets unite; what the device knew up to an erasure of the customer is
// forgotten. The device is of no use afterwards. Open messages of surviving enrolments move to the customer (their ids
// are appended to `moved`).
absl::Status Merge(Customer& customer, Customer& device, const FoldContext& context, Effects& effects,
                   std::vector<MessageId>& moved);

}  // namespace cartwheel
