#include "core/journey/program.h"

#include <algorithm>

#include "base/overloaded.h"
#include "base/status.h"
#include "core/journey/enrolment.h"
#include "core/journey/exit.h"
#include "core/journey/marks.h"
#include "core/journey/revoke.h"
#include "core/message/send.h"
#include "core/policy/withheld.h"

namespace cartwheel {
namespace {

// Moves over the waits at the enrolment's position.
void PlanWaits(Enrolment& enrolment, const Journey& journey) {
  while (enrolment.position < journey.steps.size()) {
    const JourneyStep& step = journey.steps[enrolment.position];
    const auto* wait = std::get_if<WaitStep>(&step.does);
    if (wait == nullptr) break;
    enrolment.planned_at_ms += wait->span_ms;
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
  const uint32_t turn = journey.steps[enrolment.position].send().turn;
  for (OpenMessage& message : enrolment.messages) {
    if (journey.steps[message.step].send().turn >= turn || message.overtaken()) continue;
    if (message.expires_at_ms > now_ms)
      Revoke(message, journey, Reason::kOvertaken, now_ms, effects);
    else
      EndExpired(message, effects);
    message.expires_at_ms = 0;
  }
}

// A send was deferred past the moment of a later one of the walk: of the two, the later one speaks.
bool NextSendIsDue(const Enrolment& enrolment, const Journey& journey, int64_t now_ms) {
  int64_t planned_at_ms = enrolment.planned_at_ms;
  const uint32_t turn = journey.steps[enrolment.position].send().turn;
  for (uint32_t place = journey.steps[enrolment.position].next; place < journey.steps.size();
       place = journey.steps[place].next) {
    const JourneyStep& step = journey.steps[place];
    if (const auto* wait = std::get_if<WaitStep>(&step.does)) planned_at_ms += wait->span_ms;
    if (planned_at_ms > now_ms || std::holds_alternative<ExitStep>(step.does)) return false;
    if (const auto* send = std::get_if<SendStep>(&step.does); send != nullptr && send->turn > turn) return true;
  }
  return false;
}

// One send step. False: not yet; wake_at_ms says when.
bool RunSend(const SendStep& step, Customer& customer, Enrolment& enrolment, const Journey& journey,
             const FoldContext& context, Effects& effects) {
  const int64_t from_ms = std::max(enrolment.planned_at_ms, enrolment.deferred_to_ms);
  int64_t latest = from_ms + step.latest_ms;
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
        break;
      case Sent::kNothing:
        break;
    }
  }
  return true;
}

enum class Ran { kDone, kNotYet, kEnds };

// Runs until something must be waited for. True when the enrolment is over and can be removed.
bool Run(Customer& customer, Enrolment& enrolment, const Journey& journey, const FoldContext& context,
         Effects& effects) {
  while (enrolment.position < journey.steps.size()) {
    if (enrolment.planned_at_ms > context.now_ms) return false;
    const JourneyStep& step = journey.steps[enrolment.position];
    const Ran ran = std::visit(
        Overloaded{[](const WaitStep&) { return Ran::kDone; },  // planned already
                   [&](const SendStep& send) {
                     return RunSend(send, customer, enrolment, journey, context, effects) ? Ran::kDone : Ran::kNotYet;
                   },
                   [](const ExitStep&) { return Ran::kEnds; }},
        step.does);
    if (ran == Ran::kNotYet) return false;
    if (ran == Ran::kEnds) break;
    enrolment.position = step.next;
    PlanWaits(enrolment, journey);
    // What was planned for the closed hours too has waited for the same opening.
    if (enrolment.planned_at_ms >= enrolment.deferred_to_ms) enrolment.deferred_to_ms = 0;
  }
  // A trailing wait is walked to its end, so that no customer re-enters before it.
  if (enrolment.planned_at_ms > context.now_ms) return false;
  return Finish(customer, enrolment, journey, context, effects);
}

bool IsStoppedWalk(const Enrolment& enrolment, const Journey& journey, const FoldContext& context) {
  const Playbook* current = context.playbooks.current.get();
  return current != nullptr &&
         IsStopped(context.playbooks.holds, current->policy, journey.name, enrolment.entered_at_ms);
}

}  // namespace

void PlanFrom(Enrolment& enrolment, const Journey& journey, int64_t from_ms) {
  enrolment.position = 0;
  enrolment.deferred_to_ms = 0;
  enrolment.planned_at_ms = from_ms;
  PlanWaits(enrolment, journey);
}

bool Finish(Customer& customer, Enrolment& enrolment, const Journey& journey, const FoldContext& context,
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
  return enrolment.wake_at_ms == 0;
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
    if (stopped) ExitEnrolment(customer, enrolment, *journey, Reason::kStopped, context.now_ms, context, effects);
    const bool over = stopped || (enrolment.finished ? Finish(customer, enrolment, *journey, context, effects)
                                                     : Run(customer, enrolment, *journey, context, effects));
    if (over)
      customer.enrolments.erase(customer.enrolments.begin() + static_cast<int64_t>(i));
    else
      ++i;
  }
  return absl::OkStatus();
}

}  // namespace cartwheel
