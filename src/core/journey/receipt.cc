#include "core/journey/receipt.h"

#include <algorithm>
#include <optional>

#include "base/status.h"
#include "core/journey/duties.h"
#include "core/journey/endpoints.h"
#include "core/journey/engagement.h"
#include "core/journey/enrolment.h"
#include "core/journey/flow.h"
#include "core/journey/goals.h"
#include "core/journey/marks.h"
#include "core/journey/opt_out_counts.h"
#include "core/journey/program.h"
#include "core/journey/revoke.h"
#include "core/message/channel_order.h"
#include "core/message/send.h"
#include "core/message/settle.h"
#include "core/model/receipt.h"

namespace cartwheel {
namespace {

// It was surely not delivered, and not for its text: another channel may reach the same person.
bool MayTryNextChannel(Reason outcome) {
  return outcome == Reason::kFailedFinal || outcome == Reason::kGone || outcome == Reason::kSuppressed ||
         outcome == Reason::kDead;
}

// It will not reach the reader any more.
bool IsFailure(Reason outcome) {
  return MayTryNextChannel(outcome) || outcome == Reason::kRejectMsg || outcome == Reason::kExpired ||
         outcome == Reason::kStale;
}

// A report of a message that was accepted before, and that no walk has open any more.
absl::Status NoteLateDelivery(Customer& customer, MessageId id, int64_t at_ms, const FoldContext& context) {
  for (const SentMessage& sent : customer.sent) {
    if (sent.id != id) continue;
    for (Enrolment& enrolment : customer.enrolments) {
      if (enrolment.id.low != sent.walk || enrolment.finished) continue;
      ASSIGN_OR_RETURN(const Journey* journey, JourneyOf(enrolment, context));
      if (sent.step < journey->steps.size() && std::holds_alternative<SendStep>(journey->steps[sent.step].does))
        NoteFate(enrolment, *journey, sent.step, sent.visit, MessageFate::kDelivered, at_ms, context.now_ms);
    }
  }
  return absl::OkStatus();
}

// A message that ended, and the walk that waited for it.
struct EndedMessage {
  size_t enrolment = 0;  // its place
  const Journey* journey = nullptr;
  OpenMessage message;
};

// Takes the message out of its walk. Empty: none waits for it.
absl::StatusOr<std::optional<EndedMessage>> TakeEnded(Customer& customer, MessageId message,
                                                      const FoldContext& context) {
  for (size_t i = 0; i < customer.enrolments.size(); ++i) {
    Enrolment& enrolment = customer.enrolments[i];
    auto open = std::find_if(enrolment.messages.begin(), enrolment.messages.end(),
                             [&](const OpenMessage& m) { return m.id == message; });
    if (open == enrolment.messages.end()) continue;
    ASSIGN_OR_RETURN(const Journey* journey, JourneyOf(enrolment, context));
    const EndedMessage ended{i, journey, *open};
    enrolment.messages.erase(open);
    return ended;
  }
  return std::nullopt;
}

// Counts a message as sent that may have arrived, while it waits for another hand-over: should its walk end before, its
// caps hold all the same.
void RememberUncertain(Customer& customer, const Receipt& receipt, int64_t at_ms, const FoldContext& context) {
  for (const Enrolment& enrolment : customer.enrolments)
    for (const OpenMessage& open : enrolment.messages)
      if (open.id == receipt.message) {
        RememberSent(customer, enrolment, open, at_ms);
        return;
      }
  RememberUnwalked(customer, receipt, at_ms, context);
}

// The recipient or the provider wants no advertisement on the channel.
absl::Status Refuse(Customer& customer, std::string_view channel, const FoldContext& context, Effects& effects) {
  auto& refused = customer.refused_channels;
  if (std::find(refused.begin(), refused.end(), channel) == refused.end()) refused.emplace_back(channel);
  return RevokeForChannel(customer, channel, Reason::kSuppressed, true, context, effects);
}

// How long after its acceptance the channel of a message may say that it failed, where that makes a difference; 0: it
// does not.
int64_t ReportWithin(const SendStep& step, const OpenMessage& message, const Enrolment& enrolment,
                     const FoldContext& context) {
  const bool is_last = TurnOf(message.via, message.first) + 1 == step.via.size();
  if (is_last && !step.awaited) return 0;
  const Playbook* playbook = context.playbooks.Find(enrolment.revision);
  if (playbook == nullptr) return 0;
  const auto found = playbook->report_within_ms.find(step.via[message.via]);
  return found == playbook->report_within_ms.end() ? 0 : found->second;
}

// A message that was accepted and did not arrive counts for no cap.
void ForgetSent(Customer& customer, MessageId id) {
  std::erase_if(customer.sent, [&](const SentMessage& sent) { return sent.id == id; });
}

void NoteFailed(Enrolment& enrolment, const Journey& journey, const OpenMessage& message, int64_t at_ms,
                int64_t now_ms) {
  NoteFate(enrolment, journey, message.step, message.visit, MessageFate::kFailed, at_ms, now_ms);
  NoteFailure(enrolment, message.step, at_ms);
}

// The next walk keeps its distance from this message too.
void NoteNextChannel(Customer& customer, Enrolment& enrolment, const Journey& journey, int64_t now_ms) {
  enrolment.last_message_at_ms = std::max(enrolment.last_message_at_ms, now_ms);
  if (enrolment.finished) RecordEnd(customer, enrolment, journey, 0);  // when it ended is known already
}

// What follows for the walk: another channel, or its end. One that may or may not have arrived counts as sent: caps
// hold for it too.
absl::Status WalkOn(Customer& customer, const EndedMessage& ended, const Receipt& receipt, int64_t at_ms,
                    const FoldContext& context, Effects& effects) {
  const Reason outcome = receipt.outcome;
  const auto& [place, journey, message] = ended;
  Enrolment& enrolment = customer.enrolments[place];
  // A report of one that was accepted before does not say when it left.
  if (!message.accepted() && !receipt.of_call && (SaysArrived(outcome) || outcome == Reason::kUnknown))
    RememberSent(customer, enrolment, message, at_ms);
  const SendStep& step = journey->steps[message.step].send();
  if (outcome == Reason::kAccepted) {
    if (const int64_t within_ms = ReportWithin(step, message, enrolment, context); within_ms != 0) {
      enrolment.messages.push_back(message);
      enrolment.messages.back().reported_by_ms = at_ms + within_ms;
    }
  }
  const int64_t planned_at_ms = message.expires_at_ms - step.latest_ms;
  // A clock that was set back since may say that the step is not due yet: the next channel would be early.
  const bool in_time = planned_at_ms <= context.now_ms && context.now_ms < message.expires_at_ms &&
                       (!message.accepted() || at_ms <= message.reported_by_ms);
  const bool anew = outcome == Reason::kStale;
  const bool expired = outcome == Reason::kExpired && !message.overtaken();
  const bool next = MayTryNextChannel(outcome) && step.on_failed.does != OnTrouble::Does::kSkip;
  const size_t turn = TurnOf(message.via, message.first) + (anew ? 0 : 1);
  const bool made =
      (anew || next) && in_time && turn < step.via.size() &&
      Send(customer, enrolment, *journey, message.step, turn, planned_at_ms, context, effects, &message) == Sent::kMade;
  if (made && !receipt.of_call)
    NoteNextChannel(customer, enrolment, *journey, context.now_ms);
  else if (!made && IsFailure(outcome) && !anew)
    NoteFailed(enrolment, *journey, message, expired ? message.expires_at_ms : at_ms, context.now_ms);
  if (outcome == Reason::kDelivered)
    NoteFate(enrolment, *journey, message.step, message.visit, MessageFate::kDelivered, at_ms, context.now_ms);
  WakeWalkOf(customer, enrolment.id.low, context);
  if (!enrolment.finished || !Finish(customer, enrolment, *journey, SaysArrived(outcome), context, effects))
    return absl::OkStatus();
  customer.enrolments.erase(customer.enrolments.begin() + static_cast<int64_t>(place));
  return WakeCapped(customer, context);  // what the walk had out counts no more
}

// The receipt of a call says nothing of the customer's addresses, nor of messages to a person.
absl::Status EndCall(Customer& customer, const Receipt& receipt, int64_t at_ms, const FoldContext& context,
                     Effects& effects) {
  if (receipt.outcome == Reason::kMayHaveArrived) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::optional<EndedMessage> ended, TakeEnded(customer, receipt.message, context));
  return ended ? WalkOn(customer, *ended, receipt, at_ms, context, effects) : absl::OkStatus();
}

absl::Status ApplyOutcome(Customer& customer, const Event& event, const Receipt& receipt, const FoldContext& context,
                          Effects& effects) {
  const Reason outcome = receipt.outcome;
  effects.Count({.metric = Metric::kReceipts, .journey = receipt.journey, .step = receipt.step, .reason = outcome});
  effects.decisions.push_back({DecisionKind::kReceipt, event.at_ms, 0, receipt.message, std::string(receipt.journey),
                               std::string(receipt.step), outcome, std::string(receipt.reason)});
  if (receipt.of_call) return EndCall(customer, receipt, event.at_ms, context, effects);
  if (outcome == Reason::kMayHaveArrived) {
    RememberUncertain(customer, receipt, event.at_ms, context);
    return absl::OkStatus();
  }
  if (SaysArrived(outcome)) {
    OpenWindowOfMessage(customer, receipt.journey, receipt.enrolment_key, event.at_ms, context);
    if (receipt.journey == kReconfirmJourney)
      TakeReconfirmation(customer, MediaOfNews(receipt.enrolment_key), event.at_ms, context);
  }
  if (outcome == Reason::kDelivered && !customer.suppressions.empty() && !receipt.address.empty())
    TakeWord(customer.suppressions, receipt.channel,
             AddressDigest(context.options.hash_key, receipt.channel, receipt.address), AddressWord::kDelivered,
             event.at_ms);
  ASSIGN_OR_RETURN(const std::optional<EndedMessage> ended, TakeEnded(customer, receipt.message, context));
  if (IsFailure(outcome) && ended && ended->message.accepted()) ForgetSent(customer, receipt.message);
  if (outcome == Reason::kGone)
    RETURN_IF_ERROR(
        EndGoneEndpoint(customer, receipt.channel, receipt.address, event.at_ms, receipt.gone_at_ms, context, effects));
  if (outcome == Reason::kSuppressed) RETURN_IF_ERROR(Refuse(customer, receipt.channel, context, effects));
  if (!ended && outcome == Reason::kDelivered)
    RETURN_IF_ERROR(NoteLateDelivery(customer, receipt.message, event.at_ms, context));
  if (ended) return WalkOn(customer, *ended, receipt, event.at_ms, context, effects);
  const bool is_report = outcome == Reason::kDelivered && WasHandedOver(customer, receipt.message);
  if (!is_report && (SaysArrived(outcome) || outcome == Reason::kUnknown))
    RememberUnwalked(customer, receipt, event.at_ms, context);
  return absl::OkStatus();
}

}  // namespace

absl::Status ApplyReceipt(Customer& customer, const Event& event, const FoldContext& context, Effects& effects) {
  const Receipt receipt = ReadReceipt(event);
  const bool known = WasHandedOver(customer, receipt.message);
  RETURN_IF_ERROR(ApplyOutcome(customer, event, receipt, context, effects));
  if (IsFailure(receipt.outcome)) RETURN_IF_ERROR(WakeCapped(customer, context));
  if (!known) CountHandedOver(customer, receipt.message, context, effects);
  return absl::OkStatus();
}

}  // namespace cartwheel
