// Taking messages back that have not left.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "core/model/context.h"
#include "core/model/customer.h"
#include "core/model/effects.h"

namespace cartwheel {

// A message that waits does not leave any more, and one that is out is not tried again.
void Revoke(const OpenMessage& message, const Journey& journey, std::string_view reason, int64_t now_ms,
            Effects& effects);
// Revokes the open message at `index` of an enrolment and removes it there.
void RevokeOpen(Enrolment& enrolment, const Journey& journey, size_t index, std::string_view reason, int64_t now_ms,
                Effects& effects);
// The cart is ordered, emptied or expired: its reminders that wait in the outbox must not leave, whatever the journey
// says.
absl::Status RevokeForCart(Customer& customer, std::string_view cart, const FoldContext& context, Effects& effects);
// Revokes what waits for this channel: its address is gone, or advertisements are refused there.
absl::Status RevokeForChannel(Customer& customer, std::string_view channel, std::string_view reason,
                              bool advertisements_only, const FoldContext& context, Effects& effects);

}  // namespace cartwheel
