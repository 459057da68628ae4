// policy.notices: who tells customers what the law wants told of their consents (KR-08, KR-09): a template of the
// playbook, sent by a hidden journey, or the shop itself, in words that every report repeats.
#pragma once

#include "core/model/playbook.h"
#include "playbook/errors.h"
#include "playbook/json.h"

namespace cartwheel::playbook {

// Reads them after the templates, journeys and the rest of the policy: adds the hidden journeys and the statements. A
// duty of a pack in force that nothing is said of is an error, unless consent is assumed.
void CompileNotices(const JsonNode& root, ErrorList* errors, Playbook* playbook);

}  // namespace cartwheel::playbook
