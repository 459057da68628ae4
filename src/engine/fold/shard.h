// A shard: the customers of a batch that are stepped one after the other, with what their steps asked for. Shards share
// nothing, so several may be stepped in any order, or at once. Nothing here has a global number: messages have handles
// (core/model/effects.h). The ranges that each input added are joined in input order (join.h).
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "cartwheel/results.h"
#include "core/model/effects.h"
#include "core/model/reason.h"
#include "engine/fold/schedules.h"
#include "store/erase_store.h"
#include "store/rows.h"

namespace cartwheel {

// How much a shard holds at one moment: two of them are the range that an input added.
struct ShardMark {
  uint32_t messages = 0, revocations = 0, consents = 0, emitted = 0, refused = 0, warnings = 0, erasures = 0,
           entries = 0;
  bool operator==(const ShardMark&) const = default;
};

struct Shard {
  Effects effects;
  std::vector<RefusedRow> refused;
  std::vector<WarningRow> warnings;
  std::vector<ErasureRow> erasures;
  AdvanceResult counts;
  ZoneOccurrences occurrences;  // of the schedule that the batch asks for

  ShardMark Mark() const;
  // Lists an event or an alarm that was not taken, and counts it. The row's code is set here.
  void Refuse(Reason reason, RefusedRow row);
  // Clears the lists that were joined. Keeps the sums.
  void ClearJoined();
  // Forgets everything, but keeps the room.
  void Clear();
};

}  // namespace cartwheel
