// What APNs answers.
#pragma once

#include <cstdint>

#include "adapters/answer.h"

namespace cartwheel {

// The row of an answer: of its reason, else of its status.
const CodeRow& FindApnsRow(const Response& response);
// Since when a token is known to be none of the app's (410); 0: it does not say.
int64_t ApnsGoneAtMs(const Response& response);

}  // namespace cartwheel
