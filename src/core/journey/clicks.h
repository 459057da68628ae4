// Clicks that wait until it is known who made them. A scanner follows all links of a message at once, and its first
// click looks like a reader's: so a click that names its link is judged by the alarm, when another link can no longer
// join it (kLinkBurstMs). The alarm comes after the log's head, so a worker that was late sees the whole burst too.
// Until then nothing of the customer runs by time: no message is made that the click would have stopped.
#pragma once

#include <cstdint>

#include "core/model/context.h"
#include "core/model/customer.h"
#include "core/model/event.h"

namespace cartwheel {

// Has a click of a reader's wait. False: it does not fit beside the others, and counts at once.
[[nodiscard]] bool Postpone(Customer& customer, const Event& click, MessageId message, const FoldContext& context);
// Forgets the clicks of a message that a machine made with one at `at_ms`.
void ForgetBurst(Customer& customer, MessageId message, int64_t at_ms);
// Takes out the first of those that are judged by now; false: there is none.
[[nodiscard]] bool TakeJudged(Customer& customer, int64_t now_ms, UnjudgedClick* click);
// Takes over those of a merged device.
void MergeClicks(Customer& customer, const Customer& device);

}  // namespace cartwheel
