// What is in force: the playbooks that were loaded, by revision, each written once, and what operators hold
// (core/model/holds.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "core/model/ids.h"

namespace cartwheel {

struct StoredHolds {
  int64_t version = 0;  // 0: none were saved yet
  std::string data;     // EncodeHolds
};

class DefinitionStore {
 public:
  virtual ~DefinitionStore() = default;

  // AlreadyExists for a revision that is there.
  [[nodiscard]] virtual absl::Status SaveDefinition(Revision revision, const std::string& content, int64_t now_ms) = 0;
  [[nodiscard]] virtual absl::StatusOr<std::optional<std::string>> Definition(Revision revision) = 0;
  [[nodiscard]] virtual absl::StatusOr<Revision> LatestRevision() = 0;          // 0: none
  [[nodiscard]] virtual absl::StatusOr<std::vector<Revision>> Revisions() = 0;  // all that were saved, ascending
  [[nodiscard]] virtual absl::StatusOr<StoredHolds> Holds() = 0;
  // Replaces those of a version that was read. Aborted when others were saved since.
  [[nodiscard]] virtual absl::Status SaveHolds(int64_t version, const std::string& data) = 0;
};

}  // namespace cartwheel
