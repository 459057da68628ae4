// The texts of timestamps and durations to the nanosecond, as CEL defines them (RFC 3339; Go's durations), stricter
// than base/time.h, and the ranges both may have.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "base/value.h"

namespace cartwheel::cel {

inline constexpr int64_t kTimestampMinMs = -62'135'596'800'000;                             // 0001-01-01T00:00:00Z
inline constexpr int64_t kTimestampMaxMs = 253'402'300'799'999;                             // 9999-12-31T23:59:59.999Z
inline constexpr int64_t kDurationMaxMs = std::numeric_limits<int64_t>::max() / 1'000'000;  // int64 nanoseconds

// "2022-08-01T09:30:00.123Z", "2022-08-01T18:30:00+09:00". On nullopt *problem says why; static text.
std::optional<Value> ReadTimestamp(std::string_view text, std::string_view* problem);
// "24h", "1h30m", "-1.5s".
std::optional<Value> ReadDuration(std::string_view text, std::string_view* problem);

}  // namespace cartwheel::cel
