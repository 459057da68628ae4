// The templates of a playbook: what a message is (class, purpose), when it may be made (require), and its texts by
// medium, variant and language.
#pragma once

#include "core/model/playbook.h"
#include "playbook/errors.h"
#include "playbook/json.h"
#include "playbook/languages.h"

namespace cartwheel::playbook {

// Fills playbook->templates from the object `node`. A template with errors is there all the same, with the sections it
// names, so that the journeys that use it are judged by themselves.
void CompileTemplates(const JsonNode& node, const Languages& languages, ErrorList* errors, Playbook* playbook);

}  // namespace cartwheel::playbook
