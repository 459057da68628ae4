#include "engine/outbox/claim_rules.h"

#include <algorithm>

#include "absl/time/time.h"
#include "base/status.h"
#include "base/time.h"
#include "cartwheel/limits.h"

namespace cartwheel {
namespace {

constexpr int64_t kUsualHours = 14 * 24;
constexpr int64_t kUsualTimes = 5;

absl::TimeZone ZoneOf(const Playbook& playbook) {
  absl::TimeZone zone;
  return absl::LoadTimeZone(playbook.policy.timezone, &zone) ? zone : absl::UTCTimeZone();
}

}  // namespace

absl::StatusOr<int64_t> SurgeGuard::MaxPerHour(ReadStore& store, const Playbook* playbook, int64_t now_ms) {
  if (playbook != nullptr && playbook->policy.surge_max != 0) return playbook->policy.surge_max;
  const int64_t hour = now_ms / kHourMs;
  absl::MutexLock lock(&mutex_);
  if (hour != hour_) {
    ASSIGN_OR_RETURN(const int64_t busiest, store.BusiestTally("", hour - kUsualHours, hour));
    usual_max_ = std::max(kSurgeMinMax, kUsualTimes * busiest);
    hour_ = hour;
  }
  return usual_max_;
}

void SetDailyMax(const std::string& channel, int64_t now_ms, ClaimRules& rules) {
  if (rules.playbook == nullptr) return;
  const auto& bounds = rules.playbook->policy.daily_max;
  const auto bound = bounds.find(channel);
  if (bound == bounds.end()) return;
  const absl::TimeZone zone = ZoneOf(*rules.playbook);
  const absl::CivilDay today(absl::ToCivilDay(absl::FromUnixMillis(now_ms), zone));
  rules.daily_max = bound->second;
  rules.day = today - absl::CivilDay();
  rules.next_day_ms = absl::ToUnixMillis(absl::FromCivil(today + 1, zone));
}

std::vector<Tally> TalliesOf(const ClaimRules& rules, const std::string& channel) {
  std::vector<Tally> tallies = {{.slot = rules.hour}};
  if (rules.daily_max != kNoTallyMax) tallies.push_back({.channel = channel, .slot = rules.day});
  return tallies;
}

}  // namespace cartwheel
