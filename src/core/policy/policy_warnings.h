// What a playbook's policy leaves to the shop, said at every start, by `check`, in reports and by `simulate`.
#pragma once

#include <string>
#include <vector>

#include "core/model/policy.h"

namespace cartwheel {

// A line for each part of the law that is not enforced; empty where consent is proved, a pack is named and the
// shop states nothing.
std::vector<std::string> PolicyWarnings(bool consent_assumed, bool has_rules,
                                        const std::vector<Policy::Statement>& statements);

}  // namespace cartwheel
