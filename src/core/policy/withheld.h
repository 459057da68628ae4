// What holds keep back: messages when their step decides and when they are claimed, and entries. Pure.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/model/holds.h"
#include "core/model/message.h"
#include "core/model/policy.h"
#include "core/model/reason.h"

namespace cartwheel {

// Returns why a message of a journey does not leave now: kStopped (it never will), kPaused, and of an advertisement
// kQuiet or kSurge; kNone: nothing holds it. `since_ms`: when its walk was entered, or the message made.
Reason WhyWithheld(const Holds& holds, const Policy& policy, std::string_view journey, MessageClass message_class,
                   int64_t since_ms);
// Returns why no customer enters a journey: kStopped, kDraining, or kNone.
Reason WhyClosed(const Holds& holds, const Policy& policy, std::string_view journey);
// Returns whether a walk that was entered at an instant has to end.
bool IsStopped(const Holds& holds, const Policy& policy, std::string_view journey, int64_t entered_at_ms);

}  // namespace cartwheel
