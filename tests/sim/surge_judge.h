// The judge of the guard against surges: how many advertisements leave in an hour of the clock of the worker that
// claims them, until an operator lets them go.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/time.h"
#include "fmt/format.h"

namespace cartwheel::sim {

class SurgeJudge {
 public:
  // Why no advertisement may leave now; empty: it may. `max` 0: so many do not come.
  std::string FindSurge(int64_t max, int64_t now_ms) const {
    const auto left = left_.find(now_ms / kHourMs);
    if (max == 0 || now_ms < free_until_ms_ || left == left_.end() || left->second < max) return "";
    return fmt::format("{} have left in this hour, and it takes {}", left->second, max);
  }
  void HandedOver(int64_t now_ms) { ++left_[now_ms / kHourMs]; }
  void Released(int64_t now_ms) { free_until_ms_ = now_ms + kDayMs; }

 private:
  std::map<int64_t, int64_t> left_;  // by hour
  int64_t free_until_ms_ = 0;
};

}  // namespace cartwheel::sim
