// What push services of browsers answer.
#pragma once

#include "adapters/answer.h"

namespace cartwheel {

// The row of an answer: of Mozilla's error number where the body has one, else of the status.
const CodeRow& FindWebPushRow(const Response& response);
// Whether a row may be about the subscription alone, which was made with another key.
bool MayBeOfSubscription(const CodeRow& row);

}  // namespace cartwheel
