// The steps of a journey as they are written, in the order in which the compiler of steps lays them: a step's arms come
// after it.
#pragma once

#include <vector>

#include "playbook/json.h"

namespace cartwheel::playbook {

// Returns the node of each step by its place. `steps` was compiled without an error.
std::vector<const JsonNode*> StepNodes(const JsonNode& steps);

}  // namespace cartwheel::playbook
