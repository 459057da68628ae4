// Duplicates: what a customer was told before is remembered for the dedupe window, as fingerprints.
#pragma once

#include <cstdint>

#include "core/model/context.h"
#include "core/model/customer.h"
#include "core/model/effects.h"
#include "core/model/event.h"

namespace cartwheel {

// Fingerprints of what happened to this customer or a device merged into it, remembered for the dedupe window of ingest
// time.
bool WasSeen(const Customer& customer, uint64_t fingerprint, const FoldContext& context);
void RememberSeen(Customer& customer, uint64_t fingerprint, const FoldContext& context, Effects& effects);

// Whether an event of this id came before.
bool IsDuplicate(const Customer& customer, const Event& event, const FoldContext& context);
// Forgets the fingerprints that are older than the dedupe window.
void ForgetOldSeen(Customer& customer, const FoldContext& context);

}  // namespace cartwheel
