// A step that waits, as a playbook writes it.
#pragma once

#include "core/model/playbook.h"
#include "playbook/errors.h"
#include "playbook/json.h"
#include "playbook/languages.h"

namespace cartwheel::playbook {

// `node` is what stands at "wait": a span, or an object that says until when.
WaitStep ReadWaitStep(const JsonNode& node, const Languages& languages, ErrorList* errors);
// Two times of one day, such as "09:00-20:00", in minutes of the day; empty for anything else.
std::optional<std::pair<int16_t, int16_t>> ReadDayHours(std::string_view text);

}  // namespace cartwheel::playbook
