// Where secrets of channels.json stand: in an environment variable, or in a file that only its owner may read. Errors
// name the variable or the file, never what stands in it.
#pragma once

#include <functional>
#include <string>

#include "absl/status/statusor.h"

namespace cartwheel {

struct SecretSources {
  std::string folder;  // a relative path begins here
  std::function<absl::StatusOr<std::string>(const std::string& name)> environment;
  std::function<absl::StatusOr<std::string>(const std::string& path)> file;
};

// The machine's own environment and files. A line break at the end of a file is not part of the secret.
// FailedPrecondition: the mode of the file is wider than 0600.
SecretSources MachineSecrets(std::string folder);

}  // namespace cartwheel
