// Which journey goes before which: a customer who enters one leaves those that it outranks, and enters none of them
// until that walk is done.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "core/model/context.h"
#include "core/model/customer.h"
#include "core/model/effects.h"

namespace cartwheel {

// Returns the name of a journey that the customer walks and that outranks this one; empty: there is none.
[[nodiscard]] std::string_view OutrankedBy(const Customer& customer, const Journey& journey,
                                           const FoldContext& context);
// Ends the walks of the journeys that this one outranks, as an exit event at `at_ms` would: a late event from before it
// enters none of them either.
void ExitOutranked(Customer& customer, const Journey& journey, int64_t at_ms, const FoldContext& context,
                   Effects& effects);
// Does so for every journey that the customer walks, after a merge.
void ExitAllOutranked(Customer& customer, const FoldContext& context, Effects& effects);

}  // namespace cartwheel
