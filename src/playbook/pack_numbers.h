// `policy.packs`: numbers of the law that the shop sets otherwise. A stricter one is taken as it is; one that allows
// what the law's forbids needs the shop's words beside it, which every start, check and report repeats.
#pragma once

#include "core/model/policy.h"
#include "playbook/errors.h"
#include "playbook/json.h"

namespace cartwheel::playbook {

void ReadPackNumbers(const JsonNode& node, ErrorList* errors, Policy* policy);

}  // namespace cartwheel::playbook
