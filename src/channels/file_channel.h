// A channel that appends every message to a file, one JSON object a line: for shops that send by other means, and for looking at what would be sent.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "cartwheel/channel.h"

namespace cartwheel {

// A message is accepted when its line is flushed to the disk. Several channels may share a path. Errors name the path.
absl::StatusOr<std::unique_ptr<Channel>> OpenFileChannel(const std::string& name, const std::string& path);

}  // namespace cartwheel
