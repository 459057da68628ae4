// The one guard on times that a caller hands in as "now".
#pragma once

#include <cstdint>

#include "absl/status/status.h"

namespace cartwheel {

// InvalidArgument for what cannot be milliseconds since 1970 of any shop's now: seconds, micro- and nanoseconds,
// negative numbers. 0 asks for the engine's clock and is fine.
[[nodiscard]] absl::Status CheckGivenNow(int64_t now_ms);

}  // namespace cartwheel
