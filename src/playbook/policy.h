// `policy` of a playbook: which rules of the law apply, who proves consent, caps, and how labels are handled.
#pragma once

#include "core/model/playbook.h"
#include "playbook/errors.h"
#include "playbook/json.h"

namespace cartwheel::playbook {

// Reads `policy` of the playbook's root, which is an error when it is missing.
void ReadPolicy(const JsonNode& root, ErrorList* errors, Playbook* playbook);
// What can be judged only when everything was read: names of journeys, purposes and channels that caps say, and the
// fingerprint by which a load with another policy is known.
void FinishPolicy(const JsonNode& root, ErrorList* errors, Playbook* playbook);

}  // namespace cartwheel::playbook
