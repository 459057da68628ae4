// The journey and the key of an enrolment.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/status/statusor.h"
#include "core/model/context.h"
#include "core/model/customer.h"

namespace cartwheel {

// Finds the journey of an enrolment, in its own revision. Internal when it does not exist, or an open message was made
// by no step and channel of it: the row is damaged.
absl::StatusOr<const Journey*> JourneyOf(const Enrolment& enrolment, const FoldContext& context);
// Returns the fingerprint of an enrolment's key; never 0.
uint64_t KeyFingerprint(std::string_view key);
// Returns whether its key names the cart it is about.
inline bool IsAboutCart(const Enrolment& enrolment, const Journey& journey) {
  return enrolment.has_cart && journey.key != nullptr && enrolment.key == enrolment.cart;
}

}  // namespace cartwheel
