// What a playbook's policy leaves to the shop, said at every start, by `check`, in reports and by `simulate`.
#pragma once

#include <string_view>
#include <vector>

namespace cartwheel {

// A line for each part of the law that is not enforced; empty where consent is proved and a pack is named.
std::vector<std::string_view> PolicyWarnings(bool consent_assumed, bool has_rules);

}  // namespace cartwheel
