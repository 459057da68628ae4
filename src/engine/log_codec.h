// The data of a log row: the bytes of an EventBatch, compressed (zstd, level 1) behind one byte that says so. Small batches that do not
// shrink stay as they are.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace cartwheel {

std::string PackLog(std::string_view events);
absl::StatusOr<std::string> UnpackLog(std::string_view data);  // DataLoss when it is broken

}  // namespace cartwheel
