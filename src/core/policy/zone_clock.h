// What the local clocks of zones show, from the time zone database of this machine: pure but for reading a zone's file
// once. Each thread keeps the zones that it has used, and of each the offset in force around the instant last asked
// for.
#pragma once

#include <cstdint>

#include "core/policy/week.h"
#include "core/policy/zones.h"

namespace cartwheel {

// Tells whether the database has the zone.
[[nodiscard]] bool HasClock(ZoneId zone);

// Returns an instant after `at_ms` up to which the clock is not changed.
[[nodiscard]] int64_t SteadyUntil(ZoneId zone, int64_t at_ms);

// Whether an instant is inside the hours of a week on a zone's clock, and the first instant after it at which that
// changes. A zone that the database lacks is never inside.
struct Stretch {
  bool inside = false;
  int64_t until_ms = 0;  // at most the limit
};
[[nodiscard]] Stretch StretchAt(const Week& week, ZoneId zone, int64_t at_ms, int64_t limit_ms);

}  // namespace cartwheel
