// Where a customer stands in the playbook's segments: judged again when something happens that a segment looks at, and
// at the moment from which time alone may change it. So membership is exact, and nobody polls.
//
// The first judgement under new definitions is silent: it tells nobody but the journeys that take whom they find
// (`existing`).
#pragma once

#include "core/journey/walk.h"

namespace cartwheel {

// Parts of the world, as bits: what a segment looks at, and what a happening may have changed.
inline constexpr uint32_t kPartSeen = 1;  // first_seen, last_seen
inline constexpr uint32_t kPartOrders = 2;
inline constexpr uint32_t kPartCarts = 4;  // what is in them, and which one is at hand
inline constexpr uint32_t kPartEndpoints = 8;
inline constexpr uint32_t kPartAttributes = 16;  // and id, and anonymous
inline constexpr uint32_t kPartCartTouch = 32;   // updated_at and stage of the cart at hand
inline constexpr uint32_t kPartAll = 63;

// The parts that names such as "customer.orders" stand for.
uint32_t PartsOf(const std::vector<std::string>& names);

// Judges what a change of `parts`, or an event of `types` that is kept, may have changed, and walks the journeys over
// what did.
absl::Status JudgeSegments(Customer& customer, uint32_t parts, absl::Span<const uint64_t> types,
                           const StepContext& context, Effects& effects);
// Judges what is due, each at its own moment.
absl::Status JudgeDueSegments(Customer& customer, const StepContext& context, Effects& effects);
// Leaves all, without a word to journeys: an erasure, a merge.
void LeaveSegments(Customer& customer, const StepContext& context, Effects& effects);

// "members\t<version>\t<name>": the counter of a segment's members.
std::string MembersTally(uint64_t version, std::string_view name);

}  // namespace cartwheel
