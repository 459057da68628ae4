#include "core/policy/consent_rules.h"

#include <algorithm>

namespace cartwheel {

ConsentAnswer ConsentOf(const Customer& customer, const Endpoint* endpoint, ConsentMedium medium, ConsentScope scope,
                        uint64_t topic) {
  const ConsentAnswer own = AskConsent(customer.consents, medium, scope, topic, 0);
  if (!IsPush(medium) || endpoint == nullptr || endpoint->device == 0) return own;
  const ConsentAnswer device = AskConsent(customer.consents, medium, scope, topic, endpoint->device);
  if (device.state == ConsentState::kRefused || own.state == ConsentState::kUnknown) return device;
  return own;
}

uint64_t TopicOf(const MessageTemplate& message) { return TopicFingerprint(message.purpose); }

bool IsRefused(const Customer& customer, const MessageTemplate& message, std::string_view channel,
               const Playbook& playbook) {
  const auto& refused = customer.refused_channels;
  if (std::find(refused.begin(), refused.end(), channel) != refused.end()) return true;
  const auto medium = playbook.policy.MediumOf(channel);
  return medium &&
         ConsentOf(customer, customer.FindEndpoint(channel), *medium, ConsentScope::kAd, TopicOf(message)).state ==
             ConsentState::kRefused;
}

}  // namespace cartwheel
