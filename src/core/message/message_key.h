// The key of a message: what a provider recognises a repetition by, and what a tracked link names the message by.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/hash.h"

namespace cartwheel {

// Returns the key of the message that a step of an enrolment makes for a channel. It is known before the message is
// rendered or numbered, and is the same in every replay. `visit`: 1, and one more for each jump that the walk made
// before (a step that a jump leads back to makes another message).
[[nodiscard]] Digest MessageKey(const Digest& enrolment, std::string_view step, uint32_t visit,
                                std::string_view channel);

}  // namespace cartwheel
