// int(), uint(), double(), bool(), string(), bytes(), timestamp(), duration(): one value to another without allocating.
#pragma once

#include <string_view>

#include "base/value.h"
#include "cel/functions.h"

namespace cartwheel::cel {

// `function` is one of kToInt to kToDuration. An error is an absent value and a static text.
[[nodiscard]] Value Convert(Function function, const Value& operand, std::string_view* error);

}  // namespace cartwheel::cel
