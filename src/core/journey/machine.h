// Which openings and clicks no reader made: scanners of mail, previews of links, mail programs that fetch images by
// themselves. What they do is counted apart, and neither ends nor branches a walk.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/model/customer.h"
#include "core/model/event.h"

namespace cartwheel {

inline constexpr std::string_view kLinkProperty = "url";  // of a click: the link that was followed

// Another link of the same message that was followed so shortly before or after: no reader follows two at once.
inline constexpr int64_t kLinkBurstMs = 2000;

// Returns whether the program that an event names (its property `agent`) is none of a reader's.
bool IsMachineAgent(const Event& event);
// Returns whether an opening or click follows the acceptance of its message too closely, on a channel where machines
// look at messages; empty: the channel is not known. The acceptance must be known.
bool IsTooSoon(const Event& event, int64_t accepted_at_ms, std::string_view channel);
// Returns whether a click is one of several links of its message that were followed at once. Notes the link that it
// names (its property `url`).
bool JoinsBurst(SentMessage& sent, const Event& event);
// Whether two clicks are so near to each other that no reader made both.
bool IsAtOnce(int64_t one_ms, int64_t other_ms);
// Returns the instant from which a click of a message, or the opening that it was, stands: until then another link may
// show that a machine made it. 0: it stands.
int64_t StandsFrom(const SentMessage& sent, int64_t engaged_at_ms, int64_t now_ms);

}  // namespace cartwheel
