// Revoking messages that have not left.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "core/model/context.h"
#include "core/model/customer.h"
#include "core/model/effects.h"

namespace cartwheel {

// Revokes a message: one that waits does not leave any more, one that is claimed is not tried again. Writes the
// decision.
void Revoke(const OpenMessage& message, const Journey& journey, const Cause& cause, int64_t now_ms, Effects& effects);
// Ends a message in the outbox whose time is over: should the clock be set back, it would wait again, and nothing would
// stop it.
void EndExpired(const OpenMessage& message, Effects& effects);
// Revokes, or ends where its time is over, the open message at `index` of an enrolment and removes it there.
void RevokeOpen(Enrolment& enrolment, const Journey& journey, size_t index, const Cause& cause, int64_t now_ms,
                Effects& effects);
// Which open messages: of what enrolment, and made by what step.
using OpenMessageTest = absl::FunctionRef<bool(const Enrolment&, const OpenMessage&, const SendStep&)>;
// Revokes the open messages that pass the test; calls are none.
absl::Status RevokeWhere(Customer& customer, OpenMessageTest test, const Cause& cause, const FoldContext& context,
                         Effects& effects);
// Revokes the reminders of a cart that was ordered, emptied or expired, whatever the journey says.
absl::Status RevokeForCart(Customer& customer, std::string_view cart, const FoldContext& context, Effects& effects);
// Revokes the messages that wait for a channel, or the advertisements among them.
absl::Status RevokeForChannel(Customer& customer, std::string_view channel, const Cause& cause,
                              bool advertisements_only, const FoldContext& context, Effects& effects);

}  // namespace cartwheel
