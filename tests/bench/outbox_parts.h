// What cases about the outbox share: an engine whose reminders are due, and the way of its messages out of the door.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cartwheel/engine.h"
#include "tests/bench/bench.h"

namespace cartwheel::bench {

// An engine that knows `count` customers in order, each with a reminder due within the hour before the returned moment,
// in random order of customers.
int64_t PlanReminders(Engine& engine, int64_t count, int64_t first_customer = 1'000'001);

struct ClaimRun {
  Figures claim, settle, receipts;
};
// Claims and settles `count` messages, as a worker does: some claims, then an advance, which folds the receipts of what
// was settled. `joint`: each claim settles what the one before handed out.
ClaimRun ClaimAll(Engine& engine, std::string_view channel, int64_t count, size_t max, bool joint, int64_t now_ms);
inline constexpr int64_t kClaimsOfTurn = 10;

inline double PerSecond(int64_t count, double seconds) { return static_cast<double>(count) / seconds; }
std::string ReplaceAll(std::string text, std::string_view from, std::string_view to);

}  // namespace cartwheel::bench
