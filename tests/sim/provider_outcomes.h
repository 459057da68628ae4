// What providers say, by the adapters' own tables: an answer is drawn among all that a provider documents, and read as
// its adapter reads it.
#pragma once

#include <string_view>

#include "cartwheel/channel.h"
#include "tests/sim/random.h"

namespace cartwheel::sim {

// Fills code, reason and wait of an outcome on a channel; `accepted_percent` of a hundred messages are taken.
void DrawProviderOutcome(Random& random, std::string_view channel, int accepted_percent, Outcome* outcome);

}  // namespace cartwheel::sim
