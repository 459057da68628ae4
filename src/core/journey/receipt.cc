#include "core/journey/receipt.h"

#include <algorithm>

#include "base/status.h"
#include "core/journey/engagement.h"
#include "core/journey/enrolment.h"
#include "core/journey/program.h"
#include "core/journey/revoke.h"
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

void OpenAttributionWindow(Customer& customer, std::string_view name, std::string_view key, int64_t at_ms,
                           const FoldContext& context) {
  if (context.playbooks.current == nullptr) return;
  const auto& journeys = context.playbooks.current->journeys;
  auto journey = std::find_if(journeys.begin(), journeys.end(), [&](const Journey& j) { return j.name == name; });
  if (journey == journeys.end() || !journey->has_goal) return;
  uint64_t fingerprint = KeyFingerprint(key);
  std::erase_if(customer.attribution_windows, [&](const AttributionWindow& window) {
    return window.until_ms < at_ms || (window.journey == journey->fingerprint && window.key == fingerprint);
  });
  customer.attribution_windows.push_back({journey->fingerprint, fingerprint, at_ms, at_ms + journey->goal_within_ms});
}

}  // namespace

absl::Status ApplyReceipt(Customer& customer, const Event& event, const FoldContext& context, Effects& effects) {
  const Receipt receipt = ReadReceipt(event);
  const Reason outcome = receipt.outcome;
  effects.Count({.metric = Metric::kReceipts, .journey = receipt.journey, .step = receipt.step, .reason = outcome});
  effects.decisions.push_back({DecisionKind::kReceipt, event.at_ms, 0, receipt.message, std::string(receipt.journey),
                               std::string(receipt.step), outcome, std::string(receipt.reason)});
  if (SaysArrived(outcome))
    OpenAttributionWindow(customer, receipt.journey, receipt.enrolment_key, event.at_ms, context);
  auto& refused = customer.refused_channels;
  if (outcome == Reason::kSuppressed && std::find(refused.begin(), refused.end(), receipt.channel) == refused.end())
    refused.emplace_back(receipt.channel);
  if (outcome == Reason::kGone)
    for (Endpoint& endpoint : customer.endpoints)
      if (endpoint.channel == receipt.channel && endpoint.address == receipt.address)
        // The registration that the message was sent by is over, also where a clock that was set back dates the receipt
        // before it.
        endpoint.removed_at_ms = std::max({endpoint.removed_at_ms, endpoint.added_at_ms, event.at_ms});
  for (size_t i = 0; i < customer.enrolments.size(); ++i) {
    Enrolment& enrolment = customer.enrolments[i];
    auto open = std::find_if(enrolment.messages.begin(), enrolment.messages.end(),
                             [&](const OpenMessage& m) { return m.id == receipt.message; });
    if (open == enrolment.messages.end()) continue;
    ASSIGN_OR_RETURN(const Journey* journey, JourneyOf(enrolment, context));
    const OpenMessage ended = *open;
    if (SaysArrived(outcome)) RememberSent(customer, enrolment, ended, event.at_ms);
    enrolment.messages.erase(open);
    const SendStep& step = journey->steps[ended.step].send();
    const int64_t planned_at_ms = ended.expires_at_ms - step.latest_ms;
    // A clock that was set back since may say that the step is not due yet: the next channel would be early.
    const bool in_time = planned_at_ms <= context.now_ms && context.now_ms < ended.expires_at_ms;
    const bool anew = outcome == Reason::kStale;
    const size_t via = anew ? ended.via : ended.via + 1;
    if ((anew || MayTryNextChannel(outcome)) && in_time && via < step.via.size() &&
        Send(customer, enrolment, *journey, ended.step, via, planned_at_ms, context, effects))
      enrolment.last_message_at_ms = std::max(enrolment.last_message_at_ms, context.now_ms);
    if (enrolment.finished && Finish(customer, enrolment, *journey, context, effects))
      customer.enrolments.erase(customer.enrolments.begin() + static_cast<int64_t>(i));
    break;
  }
  if (outcome == Reason::kGone || outcome == Reason::kSuppressed)
    return RevokeForChannel(customer, receipt.channel, outcome, outcome == Reason::kSuppressed, context, effects);
  return absl::OkStatus();
}

}  // namespace cartwheel
