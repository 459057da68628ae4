// Help for names that do not exist: the nearest one that does, or all of them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cartwheel::cel {

// The name nearest to `wrong` when it is near enough to be meant: letters missing, added, changed or swapped.
std::optional<std::string_view> Nearest(std::string_view wrong, const std::vector<std::string_view>& names);
// "cart, customer, event", sorted; beyond kNamesListedMax it ends with "…".
std::string ListNames(std::vector<std::string_view> names);
// What to say of a call of a function that does not exist.
std::string UnknownFunction(std::string_view name);

}  // namespace cartwheel::cel
