// Marks: what a customer remembers of exits and of walks that ended, by journey and key.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/model/customer.h"
#include "core/model/playbook.h"

namespace cartwheel {

// Whether one of these exits ends a walk of this key that was entered at `at_ms`: one from a cart ends what is about
// that cart, and whatever is not about a cart.
bool WasExitedBefore(const std::vector<JourneyMark>& exits, const Journey& journey, std::string_view key,
                     bool about_a_cart, int64_t at_ms);
// Remembers the newest instant of (journey, key).
JourneyMark& RecordMark(std::vector<JourneyMark>& marks, uint64_t journey, uint64_t key, int64_t at_ms);
// Remembers that this walk ended, and when its last message was made: the next walk of the same journey and key keeps
// its distance.
void RecordEnd(Customer& customer, const Enrolment& enrolment, const Journey& journey, int64_t at_ms);

}  // namespace cartwheel
