// The journeys of a playbook: triggers, conditions, steps with every default filled in (law 6 of docs/laws.md).
#pragma once

#include "core/model/playbook.h"
#include "playbook/errors.h"
#include "playbook/json.h"
#include "playbook/languages.h"

namespace cartwheel::playbook {

// Fills playbook->journeys (by name) and the entries from the object `node`. The templates are there already.
void CompileJourneys(const JsonNode& node, const Languages& languages, ErrorList* errors, Playbook* playbook);

}  // namespace cartwheel::playbook
