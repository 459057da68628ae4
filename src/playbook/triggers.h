// Event types as a playbook names them. A name that is not of the vocabulary is the shop's own event, which is why a
// slip in one of ours would be silent: the journey would wait forever for an event that never comes. So names close to
// ours are errors.
#pragma once

#include "core/model/playbook.h"
#include "playbook/errors.h"
#include "playbook/json.h"

namespace cartwheel::playbook {

// After an error the trigger's name is empty.
Trigger ReadTrigger(const JsonNode& node, ErrorList* errors);
// Reads which segment a trigger of segment_entered or segment_left means.
void ReadTriggerSegment(const JsonNode& node, const Playbook& playbook, ErrorList* errors, Trigger* trigger);

}  // namespace cartwheel::playbook
