// Where in the source something stands, and the one form that every load error has: "line:column: message".
#pragma once

#include <cstddef>
#include <string_view>

#include "absl/status/status.h"

namespace cartwheel::cel {

// InvalidArgument; line and column are 1-based and counted in code points.
absl::Status ErrorAt(std::string_view source, size_t offset, std::string_view message);

}  // namespace cartwheel::cel
