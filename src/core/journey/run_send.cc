#include "core/journey/run_send.h"

#include <algorithm>

#include "core/journey/enrolment.h"
#include "core/journey/flow.h"
#include "core/journey/revoke.h"
#include "core/message/send.h"

namespace cartwheel {
namespace {

// When the last message of this journey and key was made, by this walk or by the ones before it; 0: never.
int64_t LastMessageAt(const Customer& customer, const Enrolment& enrolment, const Journey& journey) {
  int64_t last = enrolment.last_message_at_ms;
  uint64_t key = KeyFingerprint(enrolment.key);
  for (const JourneyMark& end : customer.ends)
    if (end.journey == journey.fingerprint && end.key == key) last = std::max(last, end.message_at_ms);
  return last;
}

void End(const OpenMessage& message, Enrolment& enrolment, const Journey& journey, int64_t now_ms, Effects& effects) {
  EndExpired(message, effects);
  NoteFate(enrolment, journey, message.step, message.visit, MessageFate::kFailed, message.expires_at_ms, now_ms);
}

// A message was made for the step at the walk's position: what waits from before the last wait does not leave beside
// it. A channel that was down for two steps sends one message.
void RevokeOvertaken(Enrolment& enrolment, const Journey& journey, int64_t now_ms, Effects& effects) {
  for (OpenMessage& message : enrolment.messages) {
    if (message.turn >= enrolment.turn || message.overtaken()) continue;
    // One that was accepted has left, and no other takes its place any more.
    if (!message.accepted() && message.expires_at_ms > now_ms)
      Revoke(message, journey, Reason::kOvertaken, now_ms, effects);
    else if (!message.accepted())
      End(message, enrolment, journey, now_ms, effects);
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
    } else if (step.acts()) {
      continue;
    } else if (!std::holds_alternative<SendStep>(step.does)) {
      return false;
    }
    if (planned_at_ms > now_ms) return false;
    if (waited && wait == nullptr) return true;
  }
  return false;
}

class SendRunner {
 public:
  SendRunner(const SendStep& send, Customer& customer, Enrolment& enrolment, const Journey& journey,
             const FoldContext& context, Effects& effects)
      : send_(send),
        customer_(customer),
        enrolment_(enrolment),
        journey_(journey),
        now_ms_(context.now_ms),
        context_(context),
        effects_(effects) {}

  Ran Run() {
    if (enrolment_.reactions->begun_at_ms != 0) return LookForEnd();
    const int64_t from_ms = std::max(enrolment_.planned_at_ms, enrolment_.deferred_to_ms);
    const int64_t latest = from_ms + send_.latest_ms;
    int64_t due = from_ms;
    if (int64_t last = LastMessageAt(customer_, enrolment_, journey_); last != 0)
      due = std::max(due, last + send_.min_gap_ms);
    if (const Reason reason = WhyNot(due, latest); reason != Reason::kNone) {
      NoteSkipped(enrolment_, journey_, reason, now_ms_, effects_);
      return GoOnUnmade();
    }
    if (due > now_ms_) return WaitUntil(due);
    switch (Send(customer_, enrolment_, journey_, enrolment_.position, 0, from_ms, context_, effects_)) {
      case Sent::kDeferred:
        return Ran::NotYet();
      case Sent::kMade:
        return Made();
      case Sent::kNothing:
        return send_.until_told ? WaitUntil(latest) : GoOnUnmade();
      case Sent::kCapped:
        return send_.until_told ? WaitUntil(latest) : Without(send_.on_capped, "capped");
      case Sent::kUnreachable:
        break;
    }
    // Until an address comes (WakeDuties, WakeUnreached).
    if (send_.until_told || send_.on_unreachable.does == OnTrouble::Does::kDefer) return WaitUntil(latest);
    return Without(send_.on_unreachable, "unreachable");
  }

 private:
  // Why the step is passed over before anything is asked; kNone: it is not.
  Reason WhyNot(int64_t due, int64_t latest) const {
    if (enrolment_.deferred_to_ms != 0 && NextSendIsDue(enrolment_, journey_, now_ms_)) return Reason::kOvertaken;
    if (now_ms_ >= latest) return Reason::kLate;
    if (due >= latest) return Reason::kMinGap;
    const bool is_ad = send_.message_template->message_class == MessageClass::kAdvertisement;
    return is_ad && enrolment_.planned_at_ms <= context_.restored_at_ms ? Reason::kRestored : Reason::kNone;
  }

  Ran WaitUntil(int64_t at_ms) {
    enrolment_.wake_at_ms = at_ms;
    return Ran::NotYet();
  }

  uint32_t next() const { return journey_.steps[enrolment_.position].next; }

  Ran Made() {
    enrolment_.last_message_at_ms = now_ms_;
    RevokeOvertaken(enrolment_, journey_, now_ms_, effects_);
    ForgetHeard(enrolment_, journey_, now_ms_);
    NoteMade(enrolment_, journey_, true);
    if (!send_.on_failed.leads()) return Ran::To(next());
    enrolment_.reactions.Change().begun_at_ms = now_ms_;
    return WaitUntil(enrolment_.messages.back().open_until_ms());
  }

  Ran GoOnUnmade() {
    NoteMade(enrolment_, journey_, false);
    return Ran::To(next());
  }

  Ran Without(const OnTrouble& trouble, std::string_view what) {
    NoteMade(enrolment_, journey_, false);
    return Follow(trouble, what);
  }

  Ran Follow(const OnTrouble& trouble, std::string_view what) {
    if (!trouble.leads()) return Ran::To(next());
    NoteWay(enrolment_, journey_, what, now_ms_, effects_);
    return trouble.does == OnTrouble::Does::kExit ? Ran::Ends() : Ran::To(trouble.next);
  }

  // What became of its message, or of one that took its place. What follows a failure is planned from then.
  Ran LookForEnd() {
    const uint32_t place = enrolment_.position, visit = enrolment_.visit();
    const auto open = std::find_if(enrolment_.messages.begin(), enrolment_.messages.end(), [&](const OpenMessage& m) {
      return m.step == place && m.visit == visit && !m.overtaken();
    });
    if (open == enrolment_.messages.end())
      return HasFailed(enrolment_, place) ? Follow(send_.on_failed, "failed") : Ran::To(next());
    if (open->open_until_ms() > now_ms_) return WaitUntil(open->open_until_ms());
    const OpenMessage over = *open;
    enrolment_.messages.erase(open);
    if (over.accepted()) return Ran::To(next());
    End(over, enrolment_, journey_, now_ms_, effects_);
    enrolment_.planned_at_ms = std::max(enrolment_.planned_at_ms, over.expires_at_ms);
    return Follow(send_.on_failed, "failed");
  }

  const SendStep& send_;
  Customer& customer_;
  Enrolment& enrolment_;
  const Journey& journey_;
  const int64_t now_ms_;
  const FoldContext& context_;
  Effects& effects_;
};

}  // namespace

Ran RunSend(const SendStep& step, Customer& customer, Enrolment& enrolment, const Journey& journey,
            const FoldContext& context, Effects& effects) {
  return SendRunner(step, customer, enrolment, journey, context, effects).Run();
}

}  // namespace cartwheel
