// Every bound of the expression language. Conditions come from a playbook, so a hostile one must end in a clear error
// and never in a deep recursion or a long loop.
#pragma once

#include <cstddef>
#include <cstdint>

namespace cartwheel::cel {

inline constexpr size_t kSourceBytesMax = 16 * 1024;
inline constexpr int kDepthMax = 250;  // nesting of the tree; chains of && or || are one level
inline constexpr size_t kNodesMax = 4096;
inline constexpr int64_t kIterationsMax = 1'000'000;  // elements visited by the macros of one evaluation
// instants tried while looking for the next change (Result::holds_until_ms)
inline constexpr int kChangePointsMax = 64;
inline constexpr size_t kMadeBytesMax = size_t{4} << 20;  // of texts, lists and maps that one evaluation makes
inline constexpr size_t kPatternBytesMax = 1024;
inline constexpr int64_t kPatternMemoryMax = int64_t{1} << 20;

}  // namespace cartwheel::cel
