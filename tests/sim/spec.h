// The playbooks of a simulation and what they promise, written down twice: as JSON for the engine, and as a table for
// the observer.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/sim/campaigns.h"
#include "tests/sim/terms.h"

namespace cartwheel::sim {

struct StepPromise {
  std::string journey;
  int64_t after_ms = 0;    // planned so long after the start of the wait
  int64_t latest_ms = 0;   // and not later than so long after that
  int64_t min_gap_ms = 0;  // since the reminder before
  int place = 0;
  int64_t fresh_ms = 0;  // a text is as old at most when it is handed over; 0: it does not age
  bool of_campaign = false;
};

struct Spec {
  std::map<std::string, StepPromise> steps;  // by template name, which holds the revision
  bool lawful = false;  // its playbooks have policies: `terms` of the last one, whose messages say when a walk began
  Terms terms;
  int64_t revision = 0;
  Campaigns campaigns;
  CampaignTerms campaign_terms;                                // of the last one
  int64_t path_wait_min_h = 0, path_within_min_h = INT64_MAX;  // of all revisions
  int64_t overlap_h = 0;  // how much longer than the wait after it a reminder may wait for its channel

  // A playbook of this revision: reminders after the sums of `waits_h`, a note of the view after 2 h, a note of the
  // order.
  std::string Add(int64_t of_revision, const std::vector<int64_t>& waits_h, bool extra_journeys);
  // The conditions of its segments s0, s1, …; other ones with each revision.
  static std::vector<std::string> Segments(int64_t revision, bool campaigns);

 private:
  void PromiseCampaigns();
};

}  // namespace cartwheel::sim
