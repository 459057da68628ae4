// The occurrences of a recurrence: on the local calendar, and as instants in a zone. A local time that a zone's clock
// skips is the first valid instant after it; one that it shows twice is the first of the two. Pure.
#pragma once

#include <cstdint>
#include <optional>

#include "absl/time/time.h"
#include "core/model/recurrence.h"

namespace cartwheel {

struct Occurrence {
  absl::CivilMinute local;
  int64_t at_ms = 0;
};

// Returns the first local time at or after `at`; nullopt when there is none within forty years.
[[nodiscard]] std::optional<absl::CivilMinute> FirstOccurrence(const Recurrence& recurrence, absl::CivilMinute at);
// Returns the first occurrence after an instant; nullopt when there is none within forty years.
[[nodiscard]] std::optional<Occurrence> NextOccurrence(const Recurrence& recurrence, const absl::TimeZone& zone,
                                                       int64_t after_ms);
// Returns the newest occurrence after one instant and not after another; nullopt when there is none.
[[nodiscard]] std::optional<Occurrence> NewestOccurrence(const Recurrence& recurrence, const absl::TimeZone& zone,
                                                         int64_t after_ms, int64_t until_ms);
// Returns a number that is the same for an occurrence in every zone, and grows from each to the next.
[[nodiscard]] int64_t OccurrenceNumber(absl::CivilMinute local);

}  // namespace cartwheel
