// The memberships of a customer in the playbook's segments: evaluated when something happens that a segment reads, and
// at the instant from which time alone may change it. So membership is exact without polling.
//
// The first evaluation under new definitions is silent: it is told to no journeys but those that take existing members
// (`existing`).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "core/model/context.h"
#include "core/model/customer.h"
#include "core/model/effects.h"
#include "core/model/segment_index.h"

namespace cartwheel {

// Returns the parts that names such as "customer.orders" stand for.
uint32_t PartsOf(const std::vector<std::string>& names);
// Fills the index of the segments.
void IndexSegments(Playbook* playbook);

// Returns whether nothing is known of the customer since an erasure: such a one is in no segment. One of whom only a
// shop's system spoke (an identify, a consent, an entry into a journey) is.
bool IsForgotten(const Customer& customer);

// Evaluates the segments that a change of `parts`, or a kept event of `types`, may have changed, and lets journeys act
// on the changes of membership. Which those are is exact: the result is that of evaluating all.
absl::Status JudgeSegments(Customer& customer, uint32_t parts, absl::Span<const uint64_t> types,
                           const FoldContext& context, Effects& effects);
// Evaluates the segments that are due, each as of its own instant.
absl::Status JudgeDueSegments(Customer& customer, const FoldContext& context, Effects& effects);
// Removes all memberships without telling journeys, for an erasure or a merge.
void ClearSegments(Customer& customer, const FoldContext& context, Effects& effects);

}  // namespace cartwheel
