// What arithmetic takes a value for.
#pragma once

#include "liquid/context.h"
#include "liquid/number.h"

namespace cartwheel::liquid {

// As ToNumber; where the options are strict about numbers, a text that begins like a number and is none fails the
// render.
Number Operand(Context& context, const Value& value);

}  // namespace cartwheel::liquid
