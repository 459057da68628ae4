// Compressed files, where the build has zlib.
#pragma once

#include <string>

#include "absl/status/status.h"

namespace cartwheel::cli {

// Appends what the file at `from` (a descriptor, from where it stands) holds, decompressed when it is a .gz, to the
// file `to`. `path` is for messages.
absl::Status CopyDecompressed(int from, int to, const std::string& path);

}  // namespace cartwheel::cli
