// What FCM answers.
#pragma once

#include "adapters/answer.h"

namespace cartwheel {

// The row of an answer: of FCM's own error code where there is one, else of the status's name, else of its number.
const CodeRow& FindFcmRow(const Response& response);

}  // namespace cartwheel
