// What a journey says in vain, whatever its caps and hours: steps to which no way leads, arms that are never walked
// (vain_arms.h), waits for what cannot come, exits that follow an equal one, channels whose reports come after the
// send's `latest`.
#pragma once

#include "core/model/playbook.h"
#include "playbook/errors.h"
#include "playbook/json.h"

namespace cartwheel::playbook {

// Tells of each, at its place. `node` is that of the journey, which was compiled without an error.
void FindVainSteps(const JsonNode& node, const Journey& journey, const Playbook& playbook, ErrorList* told);

}  // namespace cartwheel::playbook
