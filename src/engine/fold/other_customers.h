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
// Removes what the batch holds of an erased customer beyond the row, and has the store do the same.
void ForgetTraces(CachedCustomer& cached, FoldWrite& write);

}  // namespace cartwheel
