// The playbooks of a database: the revision in force and every older one that enrolments still walk by, compiled when
// first asked for.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "cartwheel/results.h"
#include "core/model/playbook.h"
#include "store/definition_store.h"

namespace cartwheel {

// Checks a playbook whole and makes it the one in force, when its revision is the newest. Any engine may.
[[nodiscard]] absl::StatusOr<LoadResult> LoadPlaybook(DefinitionStore& store, std::string_view json, int64_t now_ms);

// Of the fold, by one thread at a time.
class PlaybookCache {
 public:
  explicit PlaybookCache(DefinitionStore* store) : store_(store) {}

  // Takes what was loaded or held meanwhile, here or by another process.
  [[nodiscard]] absl::Status Refresh();
  // Makes a revision available in playbooks(). NotFound when the database does not hold it.
  [[nodiscard]] absl::Status Ensure(Revision revision);
  const Playbooks& playbooks() const { return playbooks_; }

 private:
  DefinitionStore* store_;
  Playbooks playbooks_;
};

}  // namespace cartwheel
