// How far the fold's work in the background is, beside the log and the alarms: a part of the fold's state, opaque to
// the store.
#pragma once

#include <string>
#include <string_view>

#include "engine/fold/adoption.h"
#include "engine/fold/back_fill.h"
#include "engine/fold/entry_places.h"
#include "engine/fold/schedules.h"

namespace cartwheel {

struct Progress {
  BackFill back_fill;
  SchedulePasses schedules;
  AdoptionPass adoption;
  EntryPlacesList entry_places;

  // Sets what this playbook (null: none) needs; `cursor` is the last event that was folded by the playbook before.
  void SetTarget(const Playbook* playbook, Position cursor, CustomerRow next_customer, int64_t now_ms);
  // Whether customers are to be gone through, a slice a round: for an adoption or for a schedule.
  bool HasPass(int64_t now_ms) { return adoption.pending() || FindDuePass(schedules, now_ms) != nullptr; }
};

std::string EncodeProgress(const Progress& progress);
// Decodes it; empty bytes: there is nothing to do.
Progress DecodeProgress(std::string_view bytes);

}  // namespace cartwheel
