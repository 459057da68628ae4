// Scheduled journeys: who was asked for which occurrences. All customers are asked in passes over their rows, a slice a
// round; the cursor is part of the fold's progress. A pass asks for the occurrences between the end of the pass before
// and its own begin, each on its customer's clock, and of several that a customer missed for the newest. So one pass
// serves all zones whose moment has come, a missed occurrence is made up for once, and after a crash a pass goes on
// where it was.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/codec.h"
#include "base/string_map.h"
#include "core/journey/occurrences.h"
#include "core/model/customer.h"
#include "core/model/playbook.h"

namespace cartwheel {

struct SchedulePass {
  uint64_t journey = 0;       // fingerprint of its name
  uint64_t schedule = 0;      // Schedule::fingerprint
  int64_t done_until_ms = 0;  // every customer was asked for what occurred up to then
  int64_t asks_until_ms = 0;  // the pass that goes on asks for what occurred up to then; 0: none goes on
  CustomerRow row_done;       // customers up to this row were asked
  CustomerRow row_end;        // the last of the pass: a customer of whom nothing was known when it began is not asked
  int64_t next_ms = 0;        // when the next pass begins; 0: never
  int64_t next_of_asked_ms = 0;  // the earliest next occurrence of those who were asked in the pass; 0: none

  bool running() const { return asks_until_ms != 0; }
  bool operator==(const SchedulePass&) const = default;
};
using SchedulePasses = std::vector<SchedulePass>;

// The earlier of two instants, of which 0 is none.
inline int64_t Earlier(int64_t a, int64_t b) { return a == 0 ? b : b == 0 ? a : std::min(a, b); }

// Makes the passes those of a playbook's schedules (null: none). A schedule that is new, or was changed, begins at
// `now_ms`.
void SetSchedules(SchedulePasses& passes, const Playbook* playbook, int64_t now_ms);
// Returns the pass that goes on or is due; null: none is.
SchedulePass* FindDuePass(SchedulePasses& passes, int64_t now_ms);
// Returns when the first pass is due; 0: never.
int64_t NextPass(const SchedulePasses& passes);
// Begins a pass that is due, over the customers before `next_customer`.
void BeginPass(SchedulePass& pass, CustomerRow next_customer, int64_t now_ms);
// Notes what a slice found, and ends the pass when it was the last one.
void EndSlice(SchedulePass& pass, int64_t next_of_asked_ms, const Playbook& playbook);

// The place of its journey in the playbook.
uint32_t JourneyOfPass(const SchedulePass& pass, const Playbook& playbook);

// What occurs in each zone during a pass, found once a zone.
class ZoneOccurrences {
 public:
  void Clear();
  // Returns what a customer is asked for, nullptr for nothing.
  const Occurrence* Find(const Customer& customer, const Schedule& schedule, const Policy& policy,
                         const SchedulePass& pass);
  // The earliest next occurrence in the zones that were asked for; 0: none.
  int64_t next_ms() const { return next_ms_; }

 private:
  StringMap<std::optional<Occurrence>> newest_;
  int64_t next_ms_ = 0;
};

void WriteSchedules(const SchedulePasses& passes, ByteWriter& writer);
SchedulePasses ReadSchedules(ByteReader& reader);

}  // namespace cartwheel
