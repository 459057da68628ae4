// The holdout of a whole playbook: a share of the customers whose advertisements are judged and not sent, so that what
// the messages bring can be told from what would have been bought anyway.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/hash.h"

namespace cartwheel {

// Returns whether a customer is among the `share` percent. It depends on the customer's id and the key of the database
// alone: the same in every revision, and a larger share takes others in beside those of a smaller one.
[[nodiscard]] bool IsHeldOut(int64_t share, std::string_view customer, const HashKey& key);

}  // namespace cartwheel
