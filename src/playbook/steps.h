// The steps of a journey, with the times that law 6 gives them when the playbook does not.
#pragma once

#include <vector>

#include "core/model/playbook.h"
#include "playbook/errors.h"
#include "playbook/json.h"

namespace cartwheel::playbook {

// Every send of the result names a template that has a section for each of its channels, unless errors were added.
std::vector<JourneyStep> CompileSteps(const JsonNode& list, const Playbook& playbook, ErrorList* errors);

// The step of {"send": TEMPLATE, "via": […]}, whose template may speak of a consent.
JourneyStep CompileNoticeStep(const JsonNode& node, const Playbook& playbook, ErrorList* errors);

}  // namespace cartwheel::playbook
