// How a value moves with the clock. `now` drifts by 1 (a millisecond a millisecond), `event.at` by 0, `now - event.at`
// by 1, `event.at - now` by -1. Because the drift of every expression is known at load, a comparison of drifting values
// can say at run time when its outcome turns. Where a drifting value would go elsewhere (into a list, through a
// function) that would be lost, so it is a load error.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "absl/status/statusor.h"
#include "cel/annotation.h"
#include "cel/cel.h"
#include "cel/tree.h"

namespace cartwheel::cel {

// One for each node. Of a comparison: how its left side drifts against its right.
absl::StatusOr<std::vector<int>> FindDrift(const Tree& tree, const std::vector<Annotation>& annotations,
                                           const Environment& environment);

inline constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

// The smallest k >= 1 after which `left + drift * k` compares differently with `right` (less, equal, greater) than now,
// where a value of drift d grows by d milliseconds each millisecond; kNever: there is none. It is the arithmetic of
// Result::holds_until_ms.
[[nodiscard]] int64_t SignTurnsAfter(int64_t left, int64_t right, int64_t drift);

}  // namespace cartwheel::cel
