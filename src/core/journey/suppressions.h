// What is told of an address, applied to the row that has it: the suppression changes, and what waits for the address
// and may not leave any more is revoked.
#pragma once

#include <string_view>

#include "absl/status/status.h"
#include "core/model/context.h"
#include "core/model/customer.h"
#include "core/model/effects.h"
#include "core/model/event.h"

namespace cartwheel {

// Applies an event of which IsAboutAddress holds. One that names a customer and no address is about the newest address
// that the customer has on the channel.
absl::Status ApplyToAddress(Customer& customer, const Event& event, const FoldContext& context, Effects& effects);
// Suppresses an address of which a channel said that it is no more.
absl::Status SuppressGone(Customer& customer, std::string_view channel, const Digest& address, int64_t at_ms,
                          const FoldContext& context, Effects& effects);
// Revokes what waits for suppressed addresses.
absl::Status RevokeSuppressed(Customer& customer, const FoldContext& context, Effects& effects);

}  // namespace cartwheel
