#include "engine/fold/shard.h"

#include <string>
#include <utility>

namespace cartwheel {

ShardMark Shard::Mark() const {
  const auto size = [](const auto& list) { return static_cast<uint32_t>(list.size()); };
  return {size(effects.messages), size(effects.revocations),
          size(effects.consents), size(effects.emitted),
          size(refused),          size(warnings),
          size(erasures),         size(effects.entries)};
}

void Shard::Refuse(Reason reason, RefusedRow row) {
  if (reason == Reason::kDuplicate)
    effects.Count({.metric = Metric::kDuplicates});
  else
    effects.Count({.metric = Metric::kRefused, .reason = reason});
  row.code = ReasonName(reason);
  refused.push_back(std::move(row));
}

void Shard::ClearJoined() {
  effects.messages.clear();
  effects.revocations.clear();
  effects.consents.clear();
  effects.emitted.clear();
  effects.entries.clear();
  refused.clear();
  warnings.clear();
  erasures.clear();
}

void Shard::Clear() {
  ClearJoined();
  effects.Clear();
  counts = AdvanceResult();
  occurrences.Clear();
}

}  // namespace cartwheel
