// Marks: the exits a customer had and the enrolments that ended, by journey and key.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/model/customer.h"
#include "core/model/playbook.h"

namespace cartwheel {

// Returns whether one of these exits ends an enrolment of this key that was entered at `at_ms`. A cart-scoped exit ends
// enrolments keyed to that cart and enrolments not keyed to any cart.
bool WasExitedBefore(const std::vector<JourneyMark>& exits, const Journey& journey, std::string_view key,
                     bool about_a_cart, int64_t at_ms);
// Records an instant of (journey, key); the newest one stays.
JourneyMark& RecordMark(std::vector<JourneyMark>& marks, uint64_t journey, uint64_t key, int64_t at_ms);
// Records that an enrolment ended, and when its last message was made, so that the next one of the same journey and key
// keeps `min_gap` from it.
void RecordEnd(Customer& customer, const Enrolment& enrolment, const Journey& journey, int64_t at_ms);

}  // namespace cartwheel
