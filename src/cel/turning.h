// When time alone turns an outcome: the arithmetic behind Result::holds_until_ms, apart so that it can be tested
// against counting. A value of drift d grows by d milliseconds each millisecond.
#pragma once

#include <cstdint>
#include <limits>

#include "base/value.h"
#include "cel/functions.h"

namespace cartwheel::cel {

inline constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

// The smallest k >= 1 after which `left + drift * k` stands otherwise to `right` (below, at, above) than now.
int64_t SignTurnsAfter(int64_t left, int64_t right, int64_t drift);
// The smallest k >= 1 after which `left function right` (kAdd or kSubtract), drifting, enters or leaves the range of
// its type: where it begins or ends to be an error. kNever for operands that do not add up to a time.
int64_t RangeTurnsAfter(Function function, const Value& left, const Value& right, int64_t drift);

}  // namespace cartwheel::cel
