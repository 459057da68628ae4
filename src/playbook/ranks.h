// Which journeys go before which others: `outranks`.
#pragma once

#include "core/model/playbook.h"
#include "playbook/errors.h"
#include "playbook/json.h"

namespace cartwheel::playbook {

// Reads it for all journeys of a playbook, when each of them is known.
void CompileRanks(const JsonNode& journeys, ErrorList* errors, Playbook* playbook);

}  // namespace cartwheel::playbook
