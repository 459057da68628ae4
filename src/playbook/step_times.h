// The times that law 6 (docs/laws.md) gives to steps when the playbook does not: how late a message may be made, and
// how far from the one before.
#pragma once

#include <vector>

#include "core/model/journey_step.h"

namespace cartwheel::playbook {

// Fills `latest` and `min_gap` of the sends that say kSpanUnset (send_step.h).
void FillTimes(std::vector<JourneyStep>* steps);

}  // namespace cartwheel::playbook
