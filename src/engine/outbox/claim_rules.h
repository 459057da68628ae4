// What is in force for the advertisements of a claim: the policy, the holds, and how many may still leave.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "core/model/holds.h"
#include "core/model/playbook.h"
#include "store/outbox_store.h"
#include "store/read_store.h"

namespace cartwheel {

inline constexpr int64_t kNoTallyMax = std::numeric_limits<int64_t>::max();

struct ClaimRules {
  std::shared_ptr<const Playbook> playbook;  // null: none is known
  Holds holds;
  int64_t surge_max = kNoTallyMax;  // advertisements of all channels in this hour
  int64_t daily_max = kNoTallyMax;  // of the channel claimed, in this day of the shop
  int64_t hour = 0, day = 0;        // the slots they are counted in
  int64_t next_day_ms = 0;          // when the day ends

  uint64_t policy() const { return playbook == nullptr ? 0 : playbook->policy.fingerprint; }
};

// Knows the busiest hour of the last two weeks. From any thread.
class SurgeGuard {
 public:
  // Returns how many advertisements may leave in the hour of `now_ms`: what the playbook says, else the greater of
  // kSurgeMinMax and five times the busiest hour of the 14 days before.
  [[nodiscard]] absl::StatusOr<int64_t> MaxPerHour(ReadStore& store, const Playbook* playbook, int64_t now_ms);

 private:
  absl::Mutex mutex_;
  int64_t hour_ ABSL_GUARDED_BY(mutex_) = -1;
  int64_t usual_max_ ABSL_GUARDED_BY(mutex_) = 0;
};

// Sets the day of the shop and the channel's bound.
void SetDailyMax(const std::string& channel, int64_t now_ms, ClaimRules& rules);
// Returns the tallies that a claim of a channel reads and adds to: one for each bound that there is.
std::vector<Tally> TalliesOf(const ClaimRules& rules, const std::string& channel);

}  // namespace cartwheel
