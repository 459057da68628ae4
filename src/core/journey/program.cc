#include "core/journey/program.h"

#include <algorithm>

#include "base/status.h"
#include "core/journey/call.h"
#include "core/journey/enrolment.h"
#include "core/journey/exit.h"
#include "core/journey/flow.h"
#include "core/journey/marks.h"
#include "core/journey/ran.h"
#include "core/journey/revoke.h"
#include "core/journey/run_send.h"
#include "core/policy/withheld.h"

namespace cartwheel {
namespace {

// Moves over the waits at the enrolment's position.
void PlanWaits(Customer& customer, Enrolment& enrolment, const Journey& journey, const FoldContext& context) {
  while (enrolment.position < journey.steps.size()) {
    const JourneyStep& step = journey.steps[enrolment.position];
    const auto* wait = std::get_if<WaitStep>(&step.does);
    if (wait == nullptr) break;
    enrolment.planned_at_ms = WaitEnd(*wait, customer, enrolment, enrolment.planned_at_ms, context);
    ++enrolment.turn;
    enrolment.position = step.next;
  }
  enrolment.wake_at_ms = enrolment.planned_at_ms;
}

class StepRunner {
 public:
  StepRunner(Customer& customer, Enrolment& enrolment, const Journey& journey, const FoldContext& context,
             Effects& effects, Acted& acted)
      : customer_(customer),
        enrolment_(enrolment),
        journey_(journey),
        step_(journey.steps[enrolment.position]),
        context_(context),
        effects_(effects),
        acted_(acted) {}

  Ran operator()(const WaitStep&) const { return Ran::To(step_.next); }  // planned already
  Ran operator()(const ExitStep&) const { return Ran::Ends(); }
  Ran operator()(const SendStep& send) {
    if (!HasSpoken()) return RunSend(send, customer_, enrolment_, journey_, context_, effects_);
    NoteSkipped(enrolment_, journey_, Reason::kSentBefore, context_.now_ms, effects_);
    return Ran::To(step_.next);
  }
  Ran operator()(const BranchStep& branch) {
    const BranchStep::Arm& arm = ChooseBranch(branch, customer_, enrolment_, journey_, context_);
    return Go(arm.next, arm.name);
  }
  Ran operator()(const SplitStep& split) {
    const SplitStep::Arm& arm = ChooseSplit(split, customer_, context_.now_ms);
    enrolment_.held_out = enrolment_.held_out || arm.holdout;
    return Go(arm.next, arm.name);
  }
  Ran operator()(const WaitForStep& wait) {
    const uint32_t place = enrolment_.position;
    const std::optional<Awaited> came =
        LookForAwaited(wait, place, customer_, enrolment_, journey_, context_.now_ms, &enrolment_.wake_at_ms);
    if (!came) return Ran::NotYet();
    enrolment_.planned_at_ms = came->at_ms;
    ++enrolment_.turn;
    ForgetHeardBy(enrolment_, place);
    return Go(came->next, came->name);
  }
  Ran operator()(const GotoStep& jump) {
    if (!Jump(enrolment_, enrolment_.position, jump)) return Go(jump.after, "on");
    return Go(step_.next, journey_.steps[step_.next].name);
  }

  Ran operator()(const SetStep& set) {
    RunSet(set, customer_, enrolment_, journey_, context_, effects_, acted_);
    return Ran::To(step_.next);
  }
  Ran operator()(const AudienceStep& audience) {
    RunAudience(audience, customer_, enrolment_, journey_, context_, effects_, acted_);
    return Ran::To(step_.next);
  }
  Ran operator()(const EmitStep& emit) {
    RunEmit(emit, customer_, enrolment_, journey_, context_, effects_);
    return Ran::To(step_.next);
  }
  Ran operator()(const CallStep& call) { return RunCall(call, customer_, enrolment_, journey_, context_, effects_); }

 private:
  // Under the revision from which the walk was adopted: the message would have the key of that one.
  bool HasSpoken() const {
    for (const SpokenStep& spoken : enrolment_.reactions->spoken)
      if (spoken.step == enrolment_.position && spoken.visit == enrolment_.visit()) return true;
    return false;
  }
  Ran Go(uint32_t next, std::string_view way) {
    NoteWay(enrolment_, journey_, way, context_.now_ms, effects_);
    return Ran::To(next);
  }

  Customer& customer_;
  Enrolment& enrolment_;
  const Journey& journey_;
  const JourneyStep& step_;
  const FoldContext& context_;
  Effects& effects_;
  Acted& acted_;
};

// Runs until something must be waited for. True when the enrolment is over and can be removed.
bool Run(Customer& customer, Enrolment& enrolment, const Journey& journey, const FoldContext& context, Effects& effects,
         Acted& acted) {
  while (enrolment.position < journey.steps.size()) {
    if (enrolment.planned_at_ms > context.now_ms) {
      enrolment.wake_at_ms = enrolment.planned_at_ms;
      return false;
    }
    const Ran ran = std::visit(StepRunner(customer, enrolment, journey, context, effects, acted),
                               journey.steps[enrolment.position].does);
    if (ran.kind == Ran::Kind::kNotYet) return false;
    if (enrolment.reactions->begun_at_ms != 0) enrolment.reactions.Change().begun_at_ms = 0;
    if (ran.kind == Ran::Kind::kEnds) break;
    enrolment.position = ran.next;
    PlanWaits(customer, enrolment, journey, context);
    // What was planned for the closed hours too has waited for the same opening.
    if (enrolment.planned_at_ms >= enrolment.deferred_to_ms) enrolment.deferred_to_ms = 0;
  }
  // A trailing wait is walked to its end, so that no customer re-enters before it.
  if (enrolment.planned_at_ms > context.now_ms) return false;
  return Finish(customer, enrolment, journey, false, context, effects);
}

bool IsStoppedWalk(const Enrolment& enrolment, const Journey& journey, const FoldContext& context) {
  const Playbook* current = context.playbooks.current.get();
  return current != nullptr &&
         IsStopped(context.playbooks.holds, current->policy, journey.name, HeldSince(enrolment, journey));
}

}  // namespace

void PlanFrom(Customer& customer, Enrolment& enrolment, const Journey& journey, int64_t from_ms,
              const FoldContext& context) {
  enrolment.position = 0;
  enrolment.turn = 0;
  enrolment.held_out = false;
  enrolment.deferred_to_ms = 0;
  enrolment.reactions.Reset();
  enrolment.planned_at_ms = from_ms;
  PlanWaits(customer, enrolment, journey, context);
}

bool Finish(Customer& customer, Enrolment& enrolment, const Journey& journey, bool told, const FoldContext& context,
            Effects& effects) {
  if (!enrolment.finished) {
    enrolment.finished = true;
    RecordEnd(customer, enrolment, journey, context.now_ms);
    effects.Count({.metric = Metric::kCompleted, .journey = journey.name});
    effects.decisions.push_back({DecisionKind::kCompleted, context.now_ms, 0, {}, journey.name});
  }
  std::erase_if(enrolment.messages, [&](const OpenMessage& m) {
    const bool over = !m.overtaken() && m.open_until_ms() <= context.now_ms;
    if (over && !m.accepted()) EndExpired(m, effects);
    told = told || (over && m.accepted());
    return over;
  });
  enrolment.wake_at_ms = 0;
  for (const OpenMessage& message : enrolment.messages)
    enrolment.wake_at_ms = std::max(enrolment.wake_at_ms, message.open_until_ms());
  if (enrolment.wake_at_ms != 0) return false;
  if (journey.duty != Duty::kNone && !told) effects.Count({.metric = Metric::kNotTold, .journey = journey.name});
  return true;
}

absl::Status RunDue(Customer& customer, const FoldContext& context, Effects& effects, Acted* acted) {
  for (size_t i = 0; i < customer.enrolments.size();) {
    Enrolment& enrolment = customer.enrolments[i];
    ASSIGN_OR_RETURN(const Journey* journey, JourneyOf(enrolment, context));
    if (enrolment.wake_at_ms > context.now_ms) {
      ++i;
      continue;
    }
    const bool stopped = IsStoppedWalk(enrolment, *journey, context);
    if (stopped && journey->duty != Duty::kNone) effects.Count({.metric = Metric::kNotTold, .journey = journey->name});
    if (stopped) ExitEnrolment(customer, enrolment, *journey, Reason::kStopped, context.now_ms, context, effects);
    const bool over = stopped || (enrolment.finished ? Finish(customer, enrolment, *journey, false, context, effects)
                                                     : Run(customer, enrolment, *journey, context, effects, *acted));
    if (over)
      customer.enrolments.erase(customer.enrolments.begin() + static_cast<int64_t>(i));
    else
      ++i;
  }
  return absl::OkStatus();
}

}  // namespace cartwheel
