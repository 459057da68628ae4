// What the playbook says of channels: "channels": {"kakao": {"address_by_id": true}}.
#pragma once

#include "core/model/playbook.h"
#include "playbook/errors.h"
#include "playbook/json.h"

namespace cartwheel::playbook {

// After the journeys: a channel that none of them sends by is a mistake.
void ReadChannels(const JsonNode& node, ErrorList* errors, Playbook* playbook);
// After them: Kakao's targeting M and N in templates of channels that journeys send by (KAKAO-06).
void CheckTargeting(const JsonNode& root, const Playbook& playbook, ErrorList* errors);

}  // namespace cartwheel::playbook
