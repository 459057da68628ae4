// What the playbooks of a simulation have beside reminders of carts from seed 60,000,000 on: journeys of every kind of
// step, which the shop's word, its own events and the calendar let customers into, notices of consents, holds, a
// holdout. Kept twice: as JSON for the engine, and as facts for the judge.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "tests/sim/random.h"

namespace cartwheel::sim {

inline constexpr std::string_view kEmittedType = "api_done";  // what `api` tells
inline constexpr int64_t kEmittedAfterMs = kHourMs;  // of a walk of `api` its event is planned so long after its entry
// `ask` calls so long after its start, and goes by whether what is answered is over this.
inline constexpr std::string_view kAskedBy = "looked";
inline constexpr int64_t kAskWaitMs = 20 * kMinuteMs, kManyAnswered = 5;
inline constexpr int64_t kTillWaitMs = 4 * kHourMs;       // between the two messages of `till`
inline constexpr int64_t kReportsWithinMs = 3 * kHourMs;  // of sms

// When the calendar lets customers enter, on the clock of Seoul.
struct Calendar {
  std::vector<int64_t> hours;
  int64_t minute = 0;
  std::vector<int64_t> weekdays;  // Monday is 0; empty: each day
  bool cron = false, recipient = false;
  int64_t latest_h = 24;
  bool members = false;  // only those whom a step has added to an audience
  bool advertises = true;
  bool Occurs(int64_t at_ms) const;
  std::string Json() const;
};

// Of all revisions of a seed.
struct Campaigns {
  bool on = false;
  Calendar calendar;
  int64_t per_hour_max = 0, per_day_max = 0;  // of `api`; 0: any number enters
  int64_t held_share = 0;                     // percent of the customers
  bool tells_results = false, reconfirms = false;
  bool outranks = false;        // `till` goes before `cart` and `path`
  bool renames = false;         // steps of `path` have other names in every second revision
  bool fails_by_steps = false;  // what `path` does when its first message fails
  int64_t jumps_max = 0;
  int64_t answer_within_ms = 0;  // of the call of `ask`; 0: there is none
};
Campaigns DrawCampaigns(Random& random);
// Adds a journey that asks a system of the shop.
void DrawAsks(Random& random, Campaigns& campaigns);

// Of one revision.
struct CampaignTerms {
  int64_t wait_h = 1, within_h = 1, again_h = 1;  // of `path`
  std::string via[4];                             // JSON lists of channels
  std::string on_capped, on_unreachable, on_failed;
  bool prefers = false, adopts = false, removes = false;
  bool calendar = true, reconfirms = true;   // not in the last revision of a run
  std::map<std::string, std::string> holds;  // by journey
};
CampaignTerms DrawCampaignTerms(Random& random);

// The parts of the playbook of a revision, each a list of members.
std::string CampaignTemplates(const Campaigns& campaigns, int64_t revision);
std::string CampaignJourneys(const Campaigns& campaigns, const CampaignTerms& terms, int64_t revision);
// Notices as the value of `policy.notices`.
std::string CampaignNotices(const Campaigns& campaigns, const CampaignTerms& terms, int64_t revision);
// A member `hold` of a journey, with a comma after it; empty: it has none.
std::string HoldMember(const CampaignTerms& terms, const std::string& journey);

// What the two names of a step of `path` have in common, by which a walk that is adopted goes on; of another journey
// the name.
inline std::string StepOfAnyRevision(std::string_view journey, const std::string& step) {
  return journey == "path" && !step.empty() ? step.substr(1) : step;
}

// Journeys that are held, by verb and by key.
inline constexpr std::string_view kHeldJourneys[] = {"cart", "api", "after", "path", "till", "daily"};

}  // namespace cartwheel::sim
