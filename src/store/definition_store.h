// The playbooks that were loaded, by revision. A definition is written once and never changes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "core/model/ids.h"

namespace cartwheel {

class DefinitionStore {
 public:
  virtual ~DefinitionStore() = default;

  // AlreadyExists for a revision that is there.
  [[nodiscard]] virtual absl::Status SaveDefinition(Revision revision, const std::string& content, int64_t now_ms) = 0;
  [[nodiscard]] virtual absl::StatusOr<std::optional<std::string>> Definition(Revision revision) = 0;
  [[nodiscard]] virtual absl::StatusOr<Revision> LatestRevision() = 0;          // 0: none
  [[nodiscard]] virtual absl::StatusOr<std::vector<Revision>> Revisions() = 0;  // all that were saved, ascending
};

}  // namespace cartwheel
