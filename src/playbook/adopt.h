// `adopt` of a journey: which walks of older revisions it takes over, and where their steps are in it.
#pragma once

#include "core/model/playbook.h"
#include "playbook/errors.h"
#include "playbook/json.h"

namespace cartwheel::playbook {

// Reads it when the steps of the journey are known. Whether the revision and its steps exist is asked at load.
void ReadAdopt(const JsonNode& node, const Playbook& playbook, ErrorList* errors, Journey* journey);

}  // namespace cartwheel::playbook
