// A channel that appends every message to a file, one JSON object a line: for shops that send by other means, and for
// looking at what would be sent.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "cartwheel/channel.h"

namespace cartwheel {

// A message is accepted when its line is flushed to the disk. Several channels may share a path. Errors name the path.
// A file that is made has the permissions and the group of the file `like` (the database), 0600 without one; a file
// that is there keeps its own.
absl::StatusOr<std::unique_ptr<Channel>> OpenFileChannel(const std::string& name, const std::string& path,
                                                         const std::string& like = {});

}  // namespace cartwheel
