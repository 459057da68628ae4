#include "core/journey/revoke.h"

#include <algorithm>

#include "base/status.h"
#include "core/journey/enrolment.h"
#include "core/policy/gate.h"

namespace cartwheel {

void RevokeOpen(Enrolment& enrolment, const Journey& journey, size_t index, const Cause& cause, int64_t now_ms,
                Effects& effects) {
  const OpenMessage message = enrolment.messages[index];
  enrolment.messages.erase(enrolment.messages.begin() + static_cast<int64_t>(index));
  if (!message.overtaken() && !message.accepted()) {
    if (message.expires_at_ms > now_ms)
      Revoke(message, journey, cause, now_ms, effects);
    else
      EndExpired(message, effects);
  }
  // A walk that stands at its step until it is known what became of it goes on.
  if (enrolment.position == message.step && enrolment.reactions->begun_at_ms != 0)
    enrolment.wake_at_ms = std::min(enrolment.wake_at_ms, now_ms);
}

void Revoke(const OpenMessage& message, const Journey& journey, const Cause& cause, int64_t now_ms, Effects& effects) {
  effects.revocations.push_back({message.id, cause.reason, std::string(cause.detail)});
  effects.decisions.push_back({DecisionKind::kRevoked, now_ms, 0, message.id, journey.name,
                               journey.steps[message.step].name, cause.reason, std::string(cause.detail)});
}

void EndExpired(const OpenMessage& message, Effects& effects) {
  effects.revocations.push_back({message.id, Reason::kExpired, "", MessageState::kExpired});
}

absl::Status RevokeWhere(Customer& customer, OpenMessageTest test, const Cause& cause, const FoldContext& context,
                         Effects& effects) {
  for (Enrolment& enrolment : customer.enrolments) {
    if (enrolment.messages.empty()) continue;
    ASSIGN_OR_RETURN(const Journey* journey, JourneyOf(enrolment, context));
    for (size_t i = enrolment.messages.size(); i-- > 0;) {
      const OpenMessage& message = enrolment.messages[i];
      if (message.accepted()) continue;  // it has left: the gate judges what may take its place
      const SendStep& step = journey->steps[message.step].send();
      if (step.message_template->message_class == MessageClass::kCall) continue;  // of no address, and no consent
      if (test(enrolment, message, step)) RevokeOpen(enrolment, *journey, i, cause, context.now_ms, effects);
    }
  }
  return absl::OkStatus();
}

absl::Status RevokeForCart(Customer& customer, std::string_view cart, const FoldContext& context, Effects& effects) {
  return RevokeWhere(
      customer,
      [&](const Enrolment& enrolment, const OpenMessage&, const SendStep& step) {
        return enrolment.has_cart && enrolment.cart == cart && !PurposeStands(*step.message_template, nullptr);
      },
      Reason::kPurposeEnded, context, effects);
}

absl::Status RevokeForChannel(Customer& customer, std::string_view channel, const Cause& cause,
                              bool advertisements_only, const FoldContext& context, Effects& effects) {
  return RevokeWhere(
      customer,
      [&](const Enrolment&, const OpenMessage& message, const SendStep& step) {
        return step.via[message.via] == channel &&
               (!advertisements_only || step.message_template->message_class == MessageClass::kAdvertisement);
      },
      cause, context, effects);
}

}  // namespace cartwheel
