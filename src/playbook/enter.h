// How a journey is entered: by an event or by the calendar, and how many may.
#pragma once

#include "core/model/playbook.h"
#include "playbook/errors.h"
#include "playbook/json.h"

namespace cartwheel::playbook {

// Reads `schedule` of an `enter` and what stands beside it.
void ReadSchedule(const JsonNode& enter, const Playbook& playbook, ErrorList* errors, Journey* journey);
// Reads `max_per_hour` and `max_per_day`.
void ReadEntryCaps(const JsonNode& enter, ErrorList* errors, Journey* journey);

}  // namespace cartwheel::playbook
