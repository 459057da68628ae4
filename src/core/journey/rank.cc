#include "core/journey/rank.h"

#include <algorithm>

#include "core/journey/enrolment.h"
#include "core/journey/exit.h"
#include "core/journey/marks.h"

namespace cartwheel {
namespace {

bool Contains(const std::vector<uint64_t>& journeys, uint64_t journey) {
  return std::find(journeys.begin(), journeys.end(), journey) != journeys.end();
}

// Null for a damaged one, which the step that walks it reports.
const Journey* Walked(const Enrolment& enrolment, const FoldContext& context) {
  const absl::StatusOr<const Journey*> walked = JourneyOf(enrolment, context);
  return walked.ok() ? *walked : nullptr;
}

}  // namespace

std::string_view OutrankedBy(const Customer& customer, const Journey& journey, const FoldContext& context) {
  if (journey.outranked_by.empty()) return {};
  for (const Enrolment& enrolment : customer.enrolments) {
    const Journey* walked = enrolment.finished ? nullptr : Walked(enrolment, context);
    if (walked != nullptr && Contains(journey.outranked_by, walked->fingerprint)) return walked->name;
  }
  return {};
}

void ExitOutranked(Customer& customer, const Journey& journey, int64_t at_ms, const FoldContext& context,
                   Effects& effects) {
  for (const uint64_t below : journey.outranks) RecordMark(customer.exits, below, 0, at_ms);
  for (size_t i = 0; i < customer.enrolments.size();) {
    Enrolment& enrolment = customer.enrolments[i];
    const Journey* walked = Walked(enrolment, context);
    if (walked == nullptr || !Contains(journey.outranks, walked->fingerprint)) {
      ++i;
      continue;
    }
    ExitEnrolment(customer, enrolment, *walked, {Reason::kOutranked, journey.name}, at_ms, context, effects);
    customer.enrolments.erase(customer.enrolments.begin() + static_cast<int64_t>(i));
  }
}

void ExitAllOutranked(Customer& customer, const FoldContext& context, Effects& effects) {
  if (context.playbooks.current == nullptr) return;
  for (const Journey& journey : context.playbooks.current->journeys) {
    if (journey.outranks.empty()) continue;
    int64_t entered_at_ms = 0;
    for (const Enrolment& enrolment : customer.enrolments) {
      const Journey* walked = enrolment.finished ? nullptr : Walked(enrolment, context);
      if (walked != nullptr && walked->fingerprint == journey.fingerprint)
        entered_at_ms = std::max(entered_at_ms, enrolment.entered_at_ms);
    }
    if (entered_at_ms != 0) ExitOutranked(customer, journey, entered_at_ms, context, effects);
  }
}

}  // namespace cartwheel
