// What time does to the truth of a condition, as far as its code tells without values: a caller that knows whether the
// condition is true now need not ask again where time alone cannot change that.
#pragma once

#include <string>
#include <vector>

#include "cel/cel.h"
#include "cel/code.h"

namespace cartwheel::cel {

// What is not understood may do both. (The ends of CEL's time ranges are not counted, as in Result::holds_until_ms.)
Trend FindTrend(const Code& code);
// Reads::ages, in order.
std::vector<std::string> FindAges(const Code& code);

}  // namespace cartwheel::cel
