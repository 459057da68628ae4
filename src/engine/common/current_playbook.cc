#include "engine/common/current_playbook.h"

#include "base/status.h"
#include "playbook/compile.h"

namespace cartwheel {

absl::StatusOr<std::shared_ptr<const Playbook>> CurrentPlaybook::Get(DefinitionStore& store) {
  absl::MutexLock lock(&mutex_);
  ASSIGN_OR_RETURN(const Revision latest, store.LatestRevision());
  if (latest == revision_) return playbook_;
  ASSIGN_OR_RETURN(const std::optional<std::string> content, store.Definition(latest));
  playbook_ = content ? CompilePlaybook(*content).value_or(nullptr) : nullptr;
  revision_ = latest;
  return playbook_;
}

PersonalNames PersonalInForce() {
  return [playbook =
              std::make_shared<CurrentPlaybook>()](DefinitionStore& definitions) -> std::shared_ptr<const StringSet> {
    const auto current = playbook->Get(definitions);
    if (!current.ok() || *current == nullptr) return nullptr;
    return {*current, &(*current)->personal};
  };
}

}  // namespace cartwheel
