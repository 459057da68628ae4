// What events say of a customer's consent, applied: the state changes, and what waits and may not leave any more is
// revoked. An unreadable medium or scope withdraws everything and grants nothing.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/model/context.h"
#include "core/model/customer.h"
#include "core/model/effects.h"
#include "core/model/event.h"

namespace cartwheel {

// Applies an event of which IsAboutConsent holds.
absl::Status ApplyConsent(Customer& customer, const Event& event, const FoldContext& context, Effects& effects);
// Applies the refusal, and nothing else, of an event that is refused itself because it is dated before the erasure of
// its customer: a refusal is in force from its ingest, whatever its date.
absl::Status ApplyRefusalAlone(Customer& customer, const Event& event, const FoldContext& context, Effects& effects);
// Returns the advertisements that wait and may leave by night, because there is a consent to that now.
absl::StatusOr<std::vector<MessageId>> ListByNight(const Customer& customer, const FoldContext& context);
// Revokes the advertisements that wait and that a refusal of their medium forbids, and of those in `by_night` the ones
// that have no consent to leave by night any more: a claim compares two instants and asks for no consent.
absl::Status RevokeRefused(Customer& customer, const std::vector<MessageId>& by_night, const FoldContext& context,
                           Effects& effects);
// Takes over what a device said that is another customer's from now on, and revokes what that forbids.
absl::Status AdoptDevice(Customer& customer, const Customer& from, std::string_view anonymous_id,
                         const FoldContext& context, Effects& effects);
// Revokes every advertisement that waits: of an event that is nearly a withdrawal.
absl::Status RevokeAdvertisements(Customer& customer, const Cause& cause, const FoldContext& context, Effects& effects);
// Whether a text that a customer wrote back asks for no more: STOP, 거부, 수신거부, and the words that the rule packs
// know.
bool AsksToStop(std::string_view text);

}  // namespace cartwheel
