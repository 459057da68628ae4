// What the operators and functions of the language do to values, apart from comparison and control flow. An error is an
// absent value and a static text. What is made, joined texts and lists, is the arena's.
#pragma once

#include <string_view>

#include "base/value.h"
#include "cel/arena.h"
#include "cel/functions.h"

namespace cartwheel::cel {

[[nodiscard]] Value ApplyUnary(Function function, const Value& operand, Arena& arena, std::string_view* error);
[[nodiscard]] Value ApplyBinary(Function function, const Value& left, const Value& right, Arena& arena,
                                std::string_view* error);

}  // namespace cartwheel::cel
