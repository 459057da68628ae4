// The duties to tell a customer something of a consent (duty.h): the result of what was said (KR-08), and that a grant
// is in force still, every two years (KR-09). They enter the hidden journeys of the playbook in force; what sends,
// waits and ends is the program of any journey.
#pragma once

#include <array>

#include "absl/status/status.h"
#include "core/model/context.h"
#include "core/model/customer.h"
#include "core/model/effects.h"
#include "core/model/event.h"

namespace cartwheel {

// What a customer has said of advertising, by medium: by day and by night.
using AdConsents = std::array<std::array<ConsentState, 2>, kConsentMediumCount>;
// Returns whether the playbook in force tells results at all.
bool TellsResults(const FoldContext& context);
// Returns it for one topic and device (0: every topic, the person's own).
AdConsents AdConsentsOf(const Customer& customer, uint64_t topic, uint64_t device);

// Schedules one notice of what an expression changed. None of a grant that is older than the law's span at its ingest,
// of an imported one, of an address that no customer has, or where the recipient's law asks for none.
void ScheduleResult(Customer& customer, const Event& event, std::string_view action, const AdConsents& before,
                    const AdConsents& after, const FoldContext& context, Effects& effects);

// Plans when to look next whether a grant must be told again. To be called after every change of consents.
void PlanReconfirmation(Customer& customer, const PackNumbers& numbers, int64_t now_ms);
// Ends reconfirmations that wait and that a change of consents has made untrue or needless, and plans the next.
absl::Status EndNeedlessReconfirmations(Customer& customer, const Cause& cause, const FoldContext& context,
                                        Effects& effects);
// Enters what must be told again by now: one notice a grant, with all media and scopes of that instant.
void EnterDueReconfirmations(Customer& customer, const FoldContext& context, Effects& effects);
// A reconfirmation was accepted by a channel: no answer to it keeps the grants.
void TakeReconfirmation(Customer& customer, MediumSet media, int64_t at_ms, const FoldContext& context);

// Looks again at the notices that found no address: there is a new one.
absl::Status WakeDuties(Customer& customer, const FoldContext& context);

}  // namespace cartwheel
