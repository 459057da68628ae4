// Reads a file whole, with what is wrong in the words of a person: "channels.json: No such file or directory".
#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace cartwheel {

// NotFound names the path and the system's reason. An empty file is no error.
absl::StatusOr<std::string> ReadFile(const std::string& path);

}  // namespace cartwheel
