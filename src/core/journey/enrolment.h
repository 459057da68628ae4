// What an enrolment walks, and by which key.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/status/statusor.h"
#include "core/model/context.h"
#include "core/model/customer.h"

namespace cartwheel {

// The journey an enrolment walks; Internal when it does not exist, which is an invariant broken.
absl::StatusOr<const Journey*> JourneyOf(const Enrolment& enrolment, const FoldContext& context);
// Fingerprint of an enrolment's key; never 0.
uint64_t KeyFingerprint(std::string_view key);
// Whether its key names the cart it is about.
inline bool IsAboutCart(const Enrolment& enrolment, const Journey& journey) {
  return enrolment.has_cart && journey.key != nullptr && enrolment.key == enrolment.cart;
}

}  // namespace cartwheel
