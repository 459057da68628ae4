#include "core/journey/exit.h"

#include "base/status.h"
#include "core/journey/enrolment.h"
#include "core/journey/marks.h"
#include "core/journey/revoke.h"

namespace cartwheel {

void ExitEnrolment(Customer& customer, Enrolment& enrolment, const Journey& journey, const Cause& cause, int64_t at_ms,
                   const FoldContext& context, Effects& effects) {
  while (!enrolment.messages.empty())
    RevokeOpen(enrolment, journey, enrolment.messages.size() - 1, cause, context.now_ms, effects);
  if (enrolment.finished) return;
  RecordEnd(customer, enrolment, journey, at_ms);
  effects.Count({.metric = Metric::kExited,
                 .journey = journey.name,
                 .reason = cause.reason,
                 .detail = cause.reason == Reason::kEvent ? cause.detail : std::string_view()});
  ++effects.exits;
  effects.decisions.push_back(
      {DecisionKind::kExited, at_ms, 0, {}, journey.name, "", cause.reason, std::string(cause.detail)});
}

absl::Status ExitAll(Customer& customer, const Cause& cause, const FoldContext& context, Effects& effects) {
  for (Enrolment& enrolment : customer.enrolments) {
    ASSIGN_OR_RETURN(const Journey* journey, JourneyOf(enrolment, context));
    ExitEnrolment(customer, enrolment, *journey, cause, context.now_ms, context, effects);
  }
  customer.enrolments.clear();
  return absl::OkStatus();
}

}  // namespace cartwheel
