#include "core/journey/goals.h"

#include <algorithm>
#include <string>

#include "core/journey/enrolment.h"

namespace cartwheel {
namespace {

void Open(Customer& customer, const Journey& journey, std::string_view key, int64_t at_ms) {
  const uint64_t fingerprint = KeyFingerprint(key);
  std::erase_if(customer.attribution_windows, [&](const AttributionWindow& window) {
    return window.until_ms < at_ms || (window.journey == journey.fingerprint && window.key == fingerprint);
  });
  customer.attribution_windows.push_back({journey.fingerprint, fingerprint, at_ms, at_ms + journey.goal_within_ms});
}

}  // namespace

void OpenWindowOfEntry(Customer& customer, const Enrolment& enrolment, const Journey& journey) {
  if (journey.has_goal && journey.goal_from_entry) Open(customer, journey, enrolment.key, enrolment.entered_at_ms);
}

void OpenWindowOfMessage(Customer& customer, std::string_view journey, std::string_view key, int64_t at_ms,
                         const FoldContext& context) {
  if (context.playbooks.current == nullptr) return;
  const auto& journeys = context.playbooks.current->journeys;
  const auto found =
      std::find_if(journeys.begin(), journeys.end(), [&](const Journey& one) { return one.name == journey; });
  if (found != journeys.end() && found->has_goal && !found->goal_from_entry) Open(customer, *found, key, at_ms);
}

void ReachGoals(Customer& customer, const JourneyEvent& journey_event, const World& world, const FoldContext& context,
                Effects& effects) {
  for (const Journey& journey : context.playbooks.current->journeys) {
    if (!journey.has_goal || customer.attribution_windows.empty() ||
        !journey.goal_on.Matches(journey_event.type, journey_event.name, journey_event.segment) ||
        (journey.goal_when != nullptr && !journey.goal_when->Holds(world)))
      continue;
    const uint64_t key = journey_event.only_that_cart ? KeyFingerprint(journey_event.cart) : 0;
    std::erase_if(customer.attribution_windows, [&](const AttributionWindow& window) {
      const bool same = window.journey == journey.fingerprint && (key == 0 || window.key == key);
      if (!same || journey_event.at_ms < window.at_ms || journey_event.at_ms > window.until_ms) return false;
      effects.Count({.metric = Metric::kConverted, .journey = journey.name}, 1, journey_event.value);
      effects.decisions.push_back({DecisionKind::kConverted,
                                   journey_event.at_ms,
                                   0,
                                   {},
                                   journey.name,
                                   "",
                                   Reason::kEvent,
                                   std::string(journey_event.name)});
      return true;
    });
  }
}

}  // namespace cartwheel
