// When time alone turns an outcome: the arithmetic of Result::holds_until_ms, apart so that it can be tested
// against counting. A value of drift d grows by d milliseconds each millisecond.
#pragma once

#include <cstdint>
#include <limits>

namespace cartwheel::cel {

inline constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

// The smallest k >= 1 after which `left + drift * k` stands otherwise to `right` (below, at, above) than now.
int64_t SignTurnsAfter(int64_t left, int64_t right, int64_t drift);

}  // namespace cartwheel::cel
