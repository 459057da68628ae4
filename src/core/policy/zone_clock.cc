#include "core/policy/zone_clock.h"

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "base/time.h"

namespace cartwheel {
namespace {

constexpr int64_t kFirstInstant = std::numeric_limits<int64_t>::min();
constexpr int64_t kLastInstant = std::numeric_limits<int64_t>::max();
constexpr int64_t kEpochDay = static_cast<int64_t>(Day::kThursday);  // 1970-01-01

// A span in which the offset of a zone does not change: [from, until).
struct ZoneClock {
  bool loaded = false;
  bool known = false;
  absl::TimeZone zone;
  int64_t from_ms = 0;
  int64_t until_ms = 0;
  int64_t offset_ms = 0;  // east of UTC
};

int64_t FloorDivide(int64_t value, int64_t by) { return value / by - (value % by < 0 ? 1 : 0); }

int64_t MillisecondsOf(absl::CivilSecond civil) { return (civil - absl::CivilSecond()) * kSecondMs; }

// Moves the span of a clock to the one that holds an instant. A transition is at the civil time that the clock of one
// side shows, so the offset of that side gives the instant.
void MoveTo(int64_t at_ms, ZoneClock* clock) {
  const absl::Time at = absl::FromUnixSeconds(FloorDivide(at_ms, kSecondMs));
  clock->offset_ms = clock->zone.At(at).offset * kSecondMs;
  absl::TimeZone::CivilTransition change;
  clock->from_ms = clock->zone.PrevTransition(at + absl::Seconds(1), &change)
                       ? MillisecondsOf(change.to) - clock->offset_ms
                       : kFirstInstant;
  clock->until_ms =
      clock->zone.NextTransition(at, &change) ? MillisecondsOf(change.from) - clock->offset_ms : kLastInstant;
}

ZoneClock& ClockOf(ZoneId zone) {
  thread_local std::vector<ZoneClock> clocks(ZoneCount());
  ZoneClock& clock = clocks[static_cast<size_t>(zone)];
  if (!clock.loaded) {
    clock.loaded = true;
    clock.known = absl::LoadTimeZone(std::string(ZoneName(zone)), &clock.zone);
  }
  return clock;
}

// The time on a clock at an instant: the day, counted from 1970-01-01, and the time of the day.
struct LocalTime {
  int64_t day = 0;
  int64_t time_ms = 0;
};
LocalTime LocalTimeAt(int64_t at_ms, ZoneClock* clock) {
  if (at_ms < clock->from_ms || at_ms >= clock->until_ms) MoveTo(at_ms, clock);
  const int64_t local_ms = at_ms + clock->offset_ms;
  const int64_t day = FloorDivide(local_ms, kDayMs);
  return {day, local_ms - day * kDayMs};
}

DayWindow WindowOf(const Week& week, int64_t day) {
  const int64_t weeks = FloorDivide(day + kEpochDay, int64_t{kDaysOfWeek});
  return week[static_cast<size_t>(day + kEpochDay - weeks * int64_t{kDaysOfWeek})];
}

bool IsInside(const Week& week, LocalTime local) {
  return WindowOf(week, local.day).has(static_cast<int>(local.time_ms / kMinuteMs));
}

// Returns how long it is, on a clock that is not changed, until the window of the day opens or closes or the day ends.
int64_t UntilEdge(DayWindow window, int64_t time_ms) {
  const int64_t opens_ms = window.opens * kMinuteMs, closes_ms = window.closes * kMinuteMs;
  if (window.empty() || time_ms >= closes_ms) return kDayMs - time_ms;
  return (time_ms < opens_ms ? opens_ms : closes_ms) - time_ms;
}

}  // namespace

bool HasClock(ZoneId zone) { return ClockOf(zone).known; }

int64_t SteadyUntil(ZoneId zone, int64_t at_ms) {
  ZoneClock& clock = ClockOf(zone);
  if (!clock.known) return kLastInstant;
  if (at_ms < clock.from_ms || at_ms >= clock.until_ms) MoveTo(at_ms, &clock);
  return clock.until_ms;
}

Stretch StretchAt(const Week& week, ZoneId zone, int64_t at_ms, int64_t limit_ms) {
  ZoneClock& clock = ClockOf(zone);
  if (!clock.known) return {false, limit_ms};
  LocalTime local = LocalTimeAt(at_ms, &clock);
  const bool inside = IsInside(week, local);
  while (at_ms < limit_ms) {
    at_ms = std::min(at_ms + UntilEdge(WindowOf(week, local.day), local.time_ms), clock.until_ms);
    if (at_ms >= limit_ms) break;
    local = LocalTimeAt(at_ms, &clock);
    if (IsInside(week, local) != inside) return {inside, at_ms};
  }
  return {inside, limit_ms};
}

}  // namespace cartwheel
