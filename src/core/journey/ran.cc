#include "core/journey/ran.h"

#include <utility>

namespace cartwheel {

void NoteWay(const Enrolment& enrolment, const Journey& journey, std::string_view way, int64_t now_ms,
             Effects& effects) {
  const JourneyStep& step = journey.steps[enrolment.position];
  effects.Count({.metric = Metric::kWays, .journey = journey.name, .step = step.name, .variant = way});
  effects.decisions.push_back({DecisionKind::kWay,
                               now_ms,
                               enrolment.planned_at_ms,
                               {},
                               journey.name,
                               step.name,
                               Reason::kNone,
                               std::string(way)});
}

void NoteSkipped(const Enrolment& enrolment, const Journey& journey, Reason reason, int64_t now_ms, Effects& effects,
                 std::string detail) {
  const JourneyStep& step = journey.steps[enrolment.position];
  effects.Count({.metric = Metric::kSkipped, .journey = journey.name, .step = step.name, .reason = reason});
  effects.decisions.push_back({DecisionKind::kSkipped,
                               now_ms,
                               enrolment.planned_at_ms,
                               {},
                               journey.name,
                               step.name,
                               reason,
                               std::move(detail)});
}

}  // namespace cartwheel
