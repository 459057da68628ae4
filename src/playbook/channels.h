// What the playbook says of channels: "channels": {"kakao": {"address_by_id": true}}.
#pragma once

#include "core/model/playbook.h"
#include "playbook/errors.h"
#include "playbook/json.h"

namespace cartwheel::playbook {

// After the journeys: a channel that none of them sends by is a mistake.
void ReadChannels(const JsonNode& node, ErrorList* errors, Playbook* playbook);

}  // namespace cartwheel::playbook
