// Consent as a rule: whether an advertisement may go to a customer by a channel (KR-01, KR-03, KR-04's night, CA-01,
// EU-01, US-01; docs/policy.md).
#pragma once

#include <optional>
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
// Returns the rule by which there is no consent to an advertisement now, and whether it is one that must be confirmed
// again; empty: there is consent. `law`: the packs of the recipient.
struct ConsentGap {
  std::string_view rule;
  Reason reason = Reason::kNone;
};
std::optional<ConsentGap> FindConsentGap(const Customer& customer, const ConsentAnswer& answer, PackSet law,
                                         ConsentMedium medium, const Policy& policy, int64_t now_ms);
// Returns when a consent in force must be confirmed again; 0: never.
int64_t ReconfirmDueAt(const ConsentAnswer& answer, PackSet law, const Policy& policy);
// Returns the beginning of the day of the calendar, in Seoul, before which a grant that was renewed then must be told
// again; 0: the law asks for nothing.
int64_t ReconfirmDayOf(int64_t renewed_ms, PackSet law, const PackNumbers& numbers);
// Returns the rule of the law by which a customer is known to be too young; empty: none.
std::string_view TooYoung(const Customer& customer, PackSet law, const Policy& policy, int64_t now_ms);
// Returns whether advertisements of the template are refused by that channel: by the recipient, or by its provider.
bool IsRefused(const Customer& customer, const MessageTemplate& message, std::string_view channel,
               const Playbook& playbook);

}  // namespace cartwheel
