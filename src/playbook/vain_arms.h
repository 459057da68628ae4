// Arms of branches, and of calls, that are never walked, as far as their conditions tell: an arm before takes every
// walk that it would, two parts of it never hold together, or it stands right inside of an arm that says the opposite.
#pragma once

#include "playbook/errors.h"
#include "playbook/json.h"

namespace cartwheel::playbook {

// Tells of each, at its place. `steps` was compiled without an error.
void FindVainArms(const JsonNode& steps, ErrorList* told);

}  // namespace cartwheel::playbook
