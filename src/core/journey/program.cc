#include "core/journey/program.h"

#include <algorithm>

#include "base/status.h"
#include "core/journey/enrolment.h"
#include "core/journey/exit.h"
#include "core/journey/flow.h"
#include "core/journey/marks.h"
#include "core/journey/revoke.h"
#include "core/message/send.h"
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

void Skip(const Enrolment& enrolment, const Journey& journey, Reason reason, int64_t now_ms, Effects& effects) {
  const JourneyStep& step = journey.steps[enrolment.position];
  effects.Count({.metric = Metric::kSkipped, .journey = journey.name, .step = step.name, .reason = reason});
  effects.decisions.push_back(
      {DecisionKind::kSkipped, now_ms, enrolment.planned_at_ms, {}, journey.name, step.name, reason, ""});
}

// When the last message of this journey and key was made, by this walk or by the ones before it; 0: never.
int64_t LastMessageAt(const Customer& customer, const Enrolment& enrolment, const Journey& journey) {
  int64_t last = enrolment.last_message_at_ms;
  uint64_t key = KeyFingerprint(enrolment.key);
  for (const JourneyMark& end : customer.ends)
    if (end.journey == journey.fingerprint && end.key == key) last = std::max(last, end.message_at_ms);
  return last;
}

// Its time is over, in the outbox too: should the clock be set back, it would wait again, and nothing would stop it.
void EndExpired(const OpenMessage& message, Effects& effects) {
  effects.revocations.push_back({message.id, Reason::kExpired, "", MessageState::kExpired});
}

// A message was made for the step at the walk's position: what waits from before the last wait does not leave beside
// it. A channel that was down for two steps sends one message.
void RevokeOvertaken(Enrolment& enrolment, const Journey& journey, int64_t now_ms, Effects& effects) {
  for (OpenMessage& message : enrolment.messages) {
    if (message.turn >= enrolment.turn || message.overtaken()) continue;
    if (message.expires_at_ms > now_ms)
      Revoke(message, journey, Reason::kOvertaken, now_ms, effects);
    else
      EndExpired(message, effects);
    message.expires_at_ms = 0;
  }
}

// A send was deferred past the moment of a later one of the walk: of the two, the later one speaks. Where a choice lies
// before it, it is not known which one that will be.
bool NextSendIsDue(const Enrolment& enrolment, const Journey& journey, int64_t now_ms) {
  int64_t planned_at_ms = enrolment.planned_at_ms;
  bool waited = false;
  for (uint32_t place = journey.steps[enrolment.position].next; place < journey.steps.size();
       place = journey.steps[place].next) {
    const JourneyStep& step = journey.steps[place];
    const auto* wait = std::get_if<WaitStep>(&step.does);
    if (wait != nullptr && wait->kind == WaitStep::Kind::kSpan) {
      planned_at_ms += wait->span_ms;
      waited = true;
    } else if (!std::holds_alternative<SendStep>(step.does)) {
      return false;
    }
    if (planned_at_ms > now_ms) return false;
    if (waited && wait == nullptr) return true;
  }
  return false;
}

// One send step. False: not yet; wake_at_ms says when.
bool RunSend(const SendStep& step, Customer& customer, Enrolment& enrolment, const Journey& journey,
             const FoldContext& context, Effects& effects) {
  const int64_t from_ms = std::max(enrolment.planned_at_ms, enrolment.deferred_to_ms);
  const int64_t latest = from_ms + step.latest_ms;
  int64_t due = from_ms;
  if (int64_t last = LastMessageAt(customer, enrolment, journey); last != 0)
    due = std::max(due, last + step.min_gap_ms);
  if (enrolment.deferred_to_ms != 0 && NextSendIsDue(enrolment, journey, context.now_ms)) {
    Skip(enrolment, journey, Reason::kOvertaken, context.now_ms, effects);
  } else if (context.now_ms >= latest) {
    Skip(enrolment, journey, Reason::kLate, context.now_ms, effects);
  } else if (due >= latest) {
    Skip(enrolment, journey, Reason::kMinGap, context.now_ms, effects);
  } else if (enrolment.planned_at_ms <= context.restored_at_ms &&
             step.message_template->message_class == MessageClass::kAdvertisement) {
    Skip(enrolment, journey, Reason::kRestored, context.now_ms, effects);
  } else if (due > context.now_ms) {
    enrolment.wake_at_ms = due;
    return false;
  } else {
    switch (Send(customer, enrolment, journey, enrolment.position, 0, from_ms, context, effects)) {
      case Sent::kDeferred:
        return false;
      case Sent::kMade:
        enrolment.last_message_at_ms = context.now_ms;
        RevokeOvertaken(enrolment, journey, context.now_ms, effects);
        ForgetHeard(enrolment, context.now_ms);
        return true;
      case Sent::kNothing:
        if (!step.until_told) break;
        enrolment.wake_at_ms = latest;  // or when an address comes (WakeDuties)
        return false;
    }
  }
  NoteFate(enrolment, journey, enrolment.position, MessageFate::kUnreachable, context.now_ms);
  return true;
}

void NoteWay(const Journey& journey, const JourneyStep& step, std::string_view way, int64_t planned_at_ms,
             int64_t now_ms, Effects& effects) {
  effects.Count({.metric = Metric::kWays, .journey = journey.name, .step = step.name, .variant = way});
  effects.decisions.push_back(
      {DecisionKind::kWay, now_ms, planned_at_ms, {}, journey.name, step.name, Reason::kNone, std::string(way)});
}

// What a step that is due came to.
struct Ran {
  enum class Kind : uint8_t { kDone, kNotYet, kEnds } kind = Kind::kDone;
  uint32_t next = 0;  // kDone
};

class StepRunner {
 public:
  StepRunner(Customer& customer, Enrolment& enrolment, const Journey& journey, const FoldContext& context,
             Effects& effects)
      : customer_(customer),
        enrolment_(enrolment),
        journey_(journey),
        step_(journey.steps[enrolment.position]),
        context_(context),
        effects_(effects) {}

  Ran operator()(const WaitStep&) const { return To(step_.next); }  // planned already
  Ran operator()(const ExitStep&) const { return {Ran::Kind::kEnds}; }
  Ran operator()(const SendStep& send) {
    if (HasSpoken()) {
      Skip(enrolment_, journey_, Reason::kSentBefore, context_.now_ms, effects_);
      return To(step_.next);
    }
    if (!RunSend(send, customer_, enrolment_, journey_, context_, effects_)) return {Ran::Kind::kNotYet};
    return To(step_.next);
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
    if (!came) return {Ran::Kind::kNotYet};
    enrolment_.planned_at_ms = came->at_ms;
    ++enrolment_.turn;
    ForgetHeardBy(enrolment_, place);
    return Go(came->next, came->name);
  }
  Ran operator()(const GotoStep& jump) {
    if (!Jump(enrolment_, enrolment_.position, jump)) return Go(jump.after, "on");
    return Go(step_.next, journey_.steps[step_.next].name);
  }

 private:
  // Under the revision from which the walk was adopted: the message would have the key of that one.
  bool HasSpoken() const {
    for (const SpokenStep& spoken : enrolment_.reactions->spoken)
      if (spoken.step == enrolment_.position && spoken.visit == enrolment_.visit()) return true;
    return false;
  }
  static Ran To(uint32_t next) { return {Ran::Kind::kDone, next}; }
  Ran Go(uint32_t next, std::string_view way) {
    NoteWay(journey_, step_, way, enrolment_.planned_at_ms, context_.now_ms, effects_);
    return To(next);
  }

  Customer& customer_;
  Enrolment& enrolment_;
  const Journey& journey_;
  const JourneyStep& step_;
  const FoldContext& context_;
  Effects& effects_;
};

// Runs until something must be waited for. True when the enrolment is over and can be removed.
bool Run(Customer& customer, Enrolment& enrolment, const Journey& journey, const FoldContext& context,
         Effects& effects) {
  while (enrolment.position < journey.steps.size()) {
    if (enrolment.planned_at_ms > context.now_ms) {
      enrolment.wake_at_ms = enrolment.planned_at_ms;
      return false;
    }
    const Ran ran =
        std::visit(StepRunner(customer, enrolment, journey, context, effects), journey.steps[enrolment.position].does);
    if (ran.kind == Ran::Kind::kNotYet) return false;
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
    const bool expired = !m.overtaken() && m.expires_at_ms <= context.now_ms;
    if (expired) EndExpired(m, effects);
    return expired;
  });
  enrolment.wake_at_ms = 0;
  for (const OpenMessage& message : enrolment.messages)
    enrolment.wake_at_ms = std::max(enrolment.wake_at_ms, message.expires_at_ms);
  if (enrolment.wake_at_ms != 0) return false;
  if (journey.duty != Duty::kNone && !told) effects.Count({.metric = Metric::kNotTold, .journey = journey.name});
  return true;
}

absl::Status RunDue(Customer& customer, const FoldContext& context, Effects& effects) {
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
                                                     : Run(customer, enrolment, *journey, context, effects));
    if (over)
      customer.enrolments.erase(customer.enrolments.begin() + static_cast<int64_t>(i));
    else
      ++i;
  }
  return absl::OkStatus();
}

}  // namespace cartwheel
