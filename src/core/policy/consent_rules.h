// Consent as a rule: whether an advertisement may go to a customer by a channel (KR-01, KR-03, KR-04's night, CA-01,
// EU-01, US-01; docs/policy.md).
#pragma once

#include <string_view>

#include "core/model/customer.h"
#include "core/model/playbook.h"

namespace cartwheel {

// Returns the state for a message's topic by a medium: the person's own, and for push that of the device that the
// endpoint came with. Either refusal refuses; either grant grants.
ConsentAnswer ConsentOf(const Customer& customer, const Endpoint* endpoint, ConsentMedium medium, ConsentScope scope,
                        uint64_t topic);
// The topic of a template's messages.
uint64_t TopicOf(const MessageTemplate& message);
// Returns whether advertisements of the template are refused by that channel: by the recipient, or by its provider.
bool IsRefused(const Customer& customer, const MessageTemplate& message, std::string_view channel,
               const Playbook& playbook);

}  // namespace cartwheel
