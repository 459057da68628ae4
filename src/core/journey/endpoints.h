// The addresses of a customer: registered, removed, taken by another customer, given up by their provider, joined with
// a device's.
//
// Invariant: no open message goes to an address that is not a live endpoint of its customer (any more). All that
// changes an endpoint is here, and revokes what waits for one that is lost.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "core/model/context.h"
#include "core/model/customer.h"
#include "core/model/effects.h"
#include "core/model/event.h"

namespace cartwheel {

// Finds an address by its fingerprint; null: none of this customer.
Endpoint* FindEndpoint(Customer& customer, uint64_t key);
const Endpoint* FindEndpoint(const Customer& customer, uint64_t key);
// Registers an address. The newest of its registrations and removals counts; at one instant the removal.
void AddEndpoint(Customer& customer, const Event& event, const FoldContext& context, Effects& effects);
// Removes an address.
absl::Status RemoveEndpoint(Customer& customer, std::string_view channel, std::string_view address, int64_t at_ms,
                            const FoldContext& context, Effects& effects);
// Removes an address that belongs to another customer since `at_ms`: what this one registers up to then is void, and
// its registration ends without a removal of its own, since the two may turn out to be one.
absl::Status LoseEndpoint(Customer& customer, std::string_view channel, std::string_view address, int64_t at_ms,
                          const FoldContext& context, Effects& effects);
// Ends the registration of an address that its provider calls gone, also where a clock that was set back dates `at_ms`
// before it. What goes to the channel by the customer's id is revoked too. `gone_at_ms`, where it is not 0: the
// provider speaks of that moment, and a registration after it stays.
absl::Status EndGoneEndpoint(Customer& customer, std::string_view channel, std::string_view address, int64_t at_ms,
                             int64_t gone_at_ms, const FoldContext& context, Effects& effects);
// Adds a device's addresses: of one that both know, the newest registration and the newest removal count. Follows the
// merge of their enrolments.
absl::Status MergeEndpoints(Customer& customer, const Customer& device, const FoldContext& context, Effects& effects);
// Forgets what was registered up to an erasure; later removals stay.
absl::Status ForgetEndpointsBefore(Customer& customer, int64_t erased_at_ms, const FoldContext& context,
                                   Effects& effects);

}  // namespace cartwheel
