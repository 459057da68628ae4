// What an event does to other customers than its own: a device is merged, or its walks end, an address is taken. Such
// an event is alone in its run (IsAlone), so all before it are joined.
#pragma once

#include "absl/status/status.h"
#include "core/model/effects.h"
#include "engine/fold/batch.h"
#include "engine/fold/step_scope.h"

namespace cartwheel {

// The device, or the previous id, belongs to the event's customer from now on. An anonymous one is merged with all it
// knew; one that already belongs to another customer keeps its past there.
[[nodiscard]] absl::Status GiveKeys(const Input& input, CachedCustomer& cached, Effects& effects,
                                    const StepScope& scope);
// An address belongs to the customer who registered it last, by the time of the registration: one that is heard of late
// does not take it back.
[[nodiscard]] absl::Status TakeEndpoint(const Input& input, CachedCustomer& cached, Effects& effects,
                                        const StepScope& scope);
// A purchase that names a customer and the device it was made on exits the walks of both; they stay two. A device that
// is not known yet gets a row, since what it did before the purchase may arrive after it.
[[nodiscard]] absl::Status ExitDevice(const Input& input, const CachedCustomer& cached, Effects& effects,
                                      const StepScope& scope);
// A channel called an address gone: it is suppressed in the row that has it now.
[[nodiscard]] absl::Status TellOwner(const Input& input, CachedCustomer& cached, Effects& effects,
                                     const StepScope& scope);
// What the sweep needs to know of a customer who is about to be erased (engine/fold/sweep.h).
ErasureRow ErasureOf(const Customer& customer, const Input& input, const StepScope& scope);
// The same of what is heard, after the erasure, of before it: a late event, or the receipt of a message of before.
ErasureRow LateErasureOf(const Customer& customer, const Input& input, const StepScope& scope);
// Removes what the batch holds of an erased customer beyond the row, has the store do the same, and hashes the names.
void ForgetTraces(CachedCustomer& cached, const Input& input, const StepScope& scope);
// Gives a customer who was erased the name again under which something newer is told of it.
void RestoreName(CachedCustomer& cached, const std::string& key, const Event& event, const StepScope& scope);

}  // namespace cartwheel
