// Which event types lately come with fields that cannot be read, for health. Nothing is counted for it: the newest
// events of the log are looked at, and the warnings that the folds wrote.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "store/log_store.h"
#include "store/read_store.h"

namespace cartwheel {

struct WarnedType {
  std::string type;
  std::string
      sentence;  // `12 % of the last 1,000 "order_completed" events had an unreadable "properties.total": e.g. "free"`
};

// Types of which over 1 % of the last kWarnedEventsMax events have a warning (as far as they are among the last
// kWarnedLogMax of the log), or which had over ten times as many warnings in the last day as on a day of the week
// before. Cost: reads the end of the log.
[[nodiscard]] absl::StatusOr<std::vector<WarnedType>> FindWarnedTypes(LogStore& log, ReadStore& store, int64_t now_ms);

}  // namespace cartwheel
