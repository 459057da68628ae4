// What to say of a call of a function that does not exist.
#pragma once

#include <string>
#include <string_view>

namespace cartwheel::cel {

std::string UnknownFunction(std::string_view name);

}  // namespace cartwheel::cel
