#include "core/journey/opt_out_counts.h"

#include <algorithm>
#include <optional>

#include "core/policy/caps.h"
#include "core/policy/consent_rules.h"

namespace cartwheel {
namespace {

struct Answerable {
  const Journey* journey = nullptr;
  const MessageTemplate* made_of = nullptr;
  std::string_view channel;
};

// Empty: no advertisement, or its playbook is not at hand.
std::optional<Answerable> AdvertisementOf(const SentMessage& sent, const FoldContext& context) {
  const Journey* journey = context.playbooks.Find(sent.revision, sent.journey);
  if (journey == nullptr || sent.step >= journey->steps.size()) return std::nullopt;
  const auto* send = std::get_if<SendStep>(&journey->steps[sent.step].does);
  if (send == nullptr || sent.via >= send->via.size()) return std::nullopt;
  if (send->message_template->message_class != MessageClass::kAdvertisement) return std::nullopt;
  return Answerable{journey, send->message_template, send->via[sent.via]};
}

}  // namespace

bool WasHandedOver(const Customer& customer, MessageId message) {
  return std::any_of(customer.sent.begin(), customer.sent.end(),
                     [&](const SentMessage& sent) { return sent.id == message && sent.at_ms != 0; });
}

void CountHandedOver(const Customer& customer, MessageId message, const FoldContext& context, Effects& effects) {
  for (const SentMessage& sent : customer.sent)
    if (sent.id == message && sent.at_ms != 0)
      if (const auto ad = AdvertisementOf(sent, context))
        effects.Count({.metric = Metric::kHandedOver, .journey = ad->journey->name, .step = ad->channel});
}

void CountOptOut(const Customer& customer, std::optional<ConsentMedium> medium, std::string_view how, int64_t at_ms,
                 const FoldContext& context, Effects& effects) {
  if (context.playbooks.current == nullptr) return;
  const Policy& policy = context.playbooks.current->policy;
  const SentMessage* newest = nullptr;
  std::optional<Answerable> answered;
  for (const SentMessage& sent : customer.sent) {
    if (IsAnothers(sent) || sent.at_ms == 0 || sent.at_ms > at_ms || at_ms - sent.at_ms > kOptOutSpanMs) continue;
    if (newest != nullptr && sent.at_ms < newest->at_ms) continue;
    const std::optional<Answerable> ad = AdvertisementOf(sent, context);
    if (!ad || (medium && policy.MediumOf(ad->channel) != medium)) continue;
    newest = &sent;
    answered = ad;
  }
  if (!answered) return;
  if (IsRefused(customer, *answered->made_of, answered->channel, *context.playbooks.current)) return;
  effects.Count(
      {.metric = Metric::kOptOuts, .journey = answered->journey->name, .step = answered->channel, .variant = how});
}

}  // namespace cartwheel
