// When a journey is entered by the calendar: a subset of RFC 5545's recurrence rules, in local time. Plain data;
// core/journey/occurrences.h finds the instants.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/time/civil_time.h"

namespace cartwheel {

struct Recurrence {
  enum class Frequency : uint8_t { kDaily, kWeekly, kMonthly } frequency = Frequency::kDaily;
  int64_t interval = 1;  // every so many days, weeks that begin on Monday, or months, counted from `from`
  struct Day {
    absl::Weekday weekday = absl::Weekday::monday;
    int8_t ordinal = 0;  // of the month: 2 is the second, -1 the last; 0: every one
  };
  std::vector<Day> days;                   // empty: any day; of kWeekly that of `from`
  std::vector<int8_t> month_days;          // 1 to 31, or from the end -1 to -31; empty: any; of kMonthly that of `from`
  std::vector<int16_t> minutes;            // of the day, ascending, at least one
  int64_t count = 0;                       // so many times; 0: without end
  std::optional<absl::CivilMinute> until;  // none is later
  absl::CivilMinute from;                  // none is earlier
};

// A journey's own: by whose clock, and who is asked.
struct Schedule {
  Recurrence recurrence;
  bool recipient_zone = false;      // on the recipient's clock where it is known; else on the shop's
  std::optional<uint32_t> segment;  // the place of the segment whose members enter; empty: all customers do
  int64_t latest_ms = 0;            // so late after an occurrence no customer enters for it any more
  uint64_t fingerprint = 0;         // of the recurrence and the clock
};

}  // namespace cartwheel
