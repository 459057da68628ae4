#include "engine/fold/batch.h"

#include <algorithm>

#include "base/time.h"

namespace cartwheel {

void Batch::Begin(const Round& at, const FoldState& from, const Progress& progress_from) {
  round = at;
  before = from;
  progress_before = progress_read = progress_from;
  inputs.clear();
  cursor = from.cursor;
  due.clear();
  alarms_done = false;
  past.clear();
  unjudged.clear();
  adopting.clear();
  asked.clear();
  schedule.reset();
  back_filled = 0;
  quarantined = {};
}

void Batch::Quarantine::Add(Position event, CustomerRow customer) {
  if (event)
    events.insert(event);
  else
    customers.insert(customer);
}

void Batch::BeginStep(size_t shard_count) {
  shards.resize(shard_count);
  for (Shard& shard : shards) shard.Clear();
  run.clear();
  state = before;
  progress = progress_read;
  state.cursor = cursor;
  if (alarms_done)
    state.alarms_done_before_ms = std::max(state.alarms_done_before_ms, round.now_ms - round.now_ms % kSecondMs);
  customers_made = 0;
  trail = TrailWriter(state.next_decision++);
  counts = AdvanceResult();
  emitted = EventBatch();
  write = FoldWrite();
}

int64_t Batch::work() const { return static_cast<int64_t>(inputs.size()) + counts.alarms + back_filled; }

}  // namespace cartwheel
