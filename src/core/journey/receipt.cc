#include "core/journey/receipt.h"

#include <algorithm>
#include <optional>

#include "base/status.h"
#include "core/journey/endpoints.h"
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

// A message that ended, and the walk that waited for it.
struct EndedMessage {
  size_t enrolment = 0;  // its place
  const Journey* journey = nullptr;
  OpenMessage message;
};

// Takes the message out of its walk. Empty: none waits for it.
absl::StatusOr<std::optional<EndedMessage>> TakeEnded(Customer& customer, int64_t message, const FoldContext& context) {
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

// The recipient or the provider wants no advertisement on the channel.
absl::Status Refuse(Customer& customer, std::string_view channel, const FoldContext& context, Effects& effects) {
  auto& refused = customer.refused_channels;
  if (std::find(refused.begin(), refused.end(), channel) == refused.end()) refused.emplace_back(channel);
  return RevokeForChannel(customer, channel, "suppressed", true, context, effects);
}

// What follows for the walk: another channel, or its end.
absl::Status WalkOn(Customer& customer, const EndedMessage& ended, const Event& receipt, const FoldContext& context,
                    Effects& effects) {
  const std::string_view outcome = receipt.Text("outcome");
  const auto& [place, journey, message] = ended;
  Enrolment& enrolment = customer.enrolments[place];
  if (SaysArrived(outcome)) RememberSent(customer, enrolment, message, receipt.at_ms);
  const SendStep& step = journey->steps[message.step].send();
  const int64_t planned_at_ms = message.expires_at_ms - step.latest_ms;
  // A clock that was set back since may say that the step is not due yet: the next channel would be early.
  const bool in_time = planned_at_ms <= context.now_ms && context.now_ms < message.expires_at_ms;
  const bool anew = outcome == kStale;
  const size_t via = anew ? message.via : message.via + 1;
  if ((anew || MayTryNextChannel(outcome)) && in_time && via < step.via.size() &&
      Send(customer, enrolment, *journey, message.step, via, planned_at_ms, context, effects))
    enrolment.last_message_at_ms = std::max(enrolment.last_message_at_ms, context.now_ms);
  if (enrolment.finished && Finish(customer, enrolment, *journey, context, effects))
    customer.enrolments.erase(customer.enrolments.begin() + static_cast<int64_t>(place));
  return absl::OkStatus();
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
  ASSIGN_OR_RETURN(const std::optional<EndedMessage> ended, TakeEnded(customer, message, context));
  if (outcome == "gone")
    RETURN_IF_ERROR(EndGoneEndpoint(customer, channel, receipt.Text("address"), receipt.at_ms, context, effects));
  if (outcome == "suppressed") RETURN_IF_ERROR(Refuse(customer, channel, context, effects));
  return ended ? WalkOn(customer, *ended, receipt, context, effects) : absl::OkStatus();
}

}  // namespace cartwheel
