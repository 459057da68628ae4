#include "core/journey/receipt.h"

#include <algorithm>

#include "base/status.h"
#include "core/journey/engagement.h"
#include "core/journey/enrolment.h"
#include "core/journey/program.h"
#include "core/journey/revoke.h"
#include "core/message/send.h"
#include "core/message/settle.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

// It was surely not delivered, and not for its text: another channel may reach the same person.
bool MayTryNextChannel(std::string_view outcome) {
  return outcome == "failed_final" || outcome == "gone" || outcome == "suppressed" || outcome == "dead";
}

// It counts as sent: a cap holds also where nobody knows whether a message arrived.
bool MayHaveArrived(std::string_view outcome) { return SaysArrived(outcome) || outcome == "unknown"; }

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

absl::Status ApplyReceipt(Customer& customer, const Event& receipt, const FoldContext& context, Effects& effects) {
  std::string_view outcome = receipt.Text("outcome"), channel = receipt.Text("channel");
  std::string_view journey_name = receipt.Text("journey"), step_name = receipt.Text("step");
  int64_t message = receipt.Get("message_id").integer();
  std::string detail(outcome);
  if (std::string_view reason = receipt.Text("reason"); !reason.empty()) detail += fmt::format(": {}", reason);
  effects.Count(fmt::format("receipts\t{}\t{}\t{}", journey_name, step_name, outcome));
  effects.decisions.push_back({DecisionKind::kReceipt, receipt.at_ms, 0, message, std::string(journey_name),
                               std::string(step_name), std::move(detail)});
  if (SaysArrived(outcome))
    OpenAttributionWindow(customer, journey_name, receipt.Text("enrolment_key"), receipt.at_ms, context);
  auto& refused = customer.refused_channels;
  if (outcome == "suppressed" && std::find(refused.begin(), refused.end(), channel) == refused.end())
    refused.emplace_back(channel);
  if (outcome == "gone")
    for (Endpoint& endpoint : customer.endpoints)
      if (endpoint.channel == channel && endpoint.address == receipt.Text("address"))
        // The registration that the message was sent by is over, also where a clock that was set back dates the receipt
        // before it.
        endpoint.removed_at_ms = std::max({endpoint.removed_at_ms, endpoint.added_at_ms, receipt.at_ms});
  for (size_t i = 0; i < customer.enrolments.size(); ++i) {
    Enrolment& enrolment = customer.enrolments[i];
    auto open = std::find_if(enrolment.messages.begin(), enrolment.messages.end(),
                             [&](const OpenMessage& m) { return m.id == message; });
    if (open == enrolment.messages.end()) continue;
    ASSIGN_OR_RETURN(const Journey* journey, JourneyOf(enrolment, context));
    const OpenMessage ended = *open;
    if (MayHaveArrived(outcome)) RememberSent(customer, enrolment, ended, receipt.at_ms);
    enrolment.messages.erase(open);
    const SendStep& step = journey->steps[ended.step].send();
    const int64_t planned_at_ms = ended.expires_at_ms - step.latest_ms;
    // A clock that was set back since may say that the step is not due yet: the next channel would be early.
    const bool in_time = planned_at_ms <= context.now_ms && context.now_ms < ended.expires_at_ms;
    const bool anew = outcome == kStale;
    const size_t via = anew ? ended.via : ended.via + 1;
    int64_t until_ms = 0;
    if ((anew || MayTryNextChannel(outcome)) && in_time && via < step.via.size() &&
        Send(customer, enrolment, *journey, ended.step, via, planned_at_ms, context, effects, &until_ms,
             /*hold=*/true) == Sent::kMade)
      enrolment.last_message_at_ms = std::max(enrolment.last_message_at_ms, context.now_ms);
    if (enrolment.finished && Finish(customer, enrolment, *journey, context, effects))
      customer.enrolments.erase(customer.enrolments.begin() + static_cast<int64_t>(i));
    break;
  }
  if (outcome == "gone" || outcome == "suppressed")
    return RevokeForChannel(customer, channel, outcome, outcome == "suppressed", context, effects);
  return absl::OkStatus();
}

}  // namespace cartwheel
