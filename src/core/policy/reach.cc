#include "core/policy/reach.h"

#include <algorithm>

#include "core/policy/consent_rules.h"
#include "core/policy/gate.h"

namespace cartwheel {
namespace {

bool GoesById(ConsentMedium medium, const Playbook& playbook) {
  return std::any_of(playbook.addressed_by_id.begin(), playbook.addressed_by_id.end(),
                     [&](const auto& channel) { return playbook.policy.MediumOf(channel) == medium; });
}

bool IsRefusedByProvider(const Customer& customer, ConsentMedium medium, const Policy& policy) {
  return std::any_of(customer.refused_channels.begin(), customer.refused_channels.end(),
                     [&](const std::string& channel) { return policy.MediumOf(channel) == medium; });
}

// What stands against an advertisement.
void JudgeAdvertising(const Customer& customer, const Endpoint* endpoint, ConsentMedium medium, const Policy& policy,
                      int64_t now_ms, Reach& reach) {
  const std::string_view address = endpoint != nullptr ? std::string_view(endpoint->address) : std::string_view();
  const PackSet law = JurisdictionOf(customer, address, medium, policy).packs;
  reach.reconfirm_due_ms = ReconfirmDueAt(reach.consent, law, policy);
  if (policy.rules.empty() && !policy.consent_assumed) reach.reason = Reason::kNoConsent;
  if (!policy.rules.empty() && !policy.consent_assumed) {
    if (const auto gap = FindConsentGap(customer, reach.consent, law, medium, policy, now_ms)) {
      reach.reason = gap->reason;
      reach.rule = gap->rule;
      return;
    }
  }
  if (const std::string_view rule = TooYoung(customer, law, policy, now_ms); !rule.empty()) {
    reach.reason = Reason::kTooYoung;
    reach.rule = rule;
  }
}

}  // namespace

const Endpoint* FindAddress(const Customer& customer, ConsentMedium medium, const Policy& policy) {
  const Endpoint* newest = nullptr;
  for (const Endpoint& endpoint : customer.endpoints)
    if (endpoint.live() && policy.MediumOf(endpoint.channel) == medium &&
        (newest == nullptr || !IsBetter(*newest, endpoint, customer.suppressions)))
      newest = &endpoint;
  return newest;
}

Reach FindReach(const Customer& customer, ConsentMedium medium, ConsentScope scope, const Playbook& playbook,
                int64_t now_ms) {
  const Policy& policy = playbook.policy;
  const Endpoint* endpoint = FindAddress(customer, medium, policy);
  auto suppressed = [&](const Endpoint& at) {
    return WhySuppressed(customer.suppressions, at.key, MessageClass::kAdvertisement).reason;
  };
  Reach reach;
  reach.consent = ConsentOf(customer, endpoint, medium, scope, 0);
  if (endpoint == nullptr && !GoesById(medium, playbook)) {
    reach.reason = Reason::kUnreachable;
  } else if (endpoint != nullptr && suppressed(*endpoint) != Reason::kNone) {
    reach.reason = suppressed(*endpoint);
  } else if (reach.consent.state == ConsentState::kRefused || IsRefusedByProvider(customer, medium, policy)) {
    reach.reason = Reason::kRefused;
  } else if (scope == ConsentScope::kAd) {
    JudgeAdvertising(customer, endpoint, medium, policy, now_ms, reach);
  } else if (reach.consent.state != ConsentState::kGranted) {
    reach.reason = Reason::kNoConsent;
  }
  return reach;
}

}  // namespace cartwheel
