// The playbooks that were loaded, by revision. A definition is written once and never changes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace cartwheel {

class DefinitionStore {
 public:
  virtual ~DefinitionStore() = default;

  // AlreadyExists for a revision that is there.
  [[nodiscard]] virtual absl::Status SaveDefinition(int64_t revision, const std::string& content, int64_t now_ms) = 0;
  [[nodiscard]] virtual absl::StatusOr<std::optional<std::string>> Definition(int64_t revision) = 0;
  [[nodiscard]] virtual absl::StatusOr<int64_t> LatestRevision() = 0;          // 0: none
  [[nodiscard]] virtual absl::StatusOr<std::vector<int64_t>> Revisions() = 0;  // all that were saved, ascending
};

}  // namespace cartwheel
