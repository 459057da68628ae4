#include "engine/outbox/policy_in_force.h"

#include "base/status.h"
#include "playbook/compile.h"

namespace cartwheel {

absl::StatusOr<PolicyMark> PolicyInForce::Read(DefinitionStore& store) {
  absl::MutexLock lock(&mutex_);
  ASSIGN_OR_RETURN(const int64_t latest, store.LatestRevision());
  if (latest == revision_) return mark_;
  ASSIGN_OR_RETURN(const std::optional<std::string> content, store.Definition(latest));
  mark_ = PolicyMark();
  if (content) {
    const absl::StatusOr<std::shared_ptr<const Playbook>> playbook = CompilePlaybook(*content);
    if (playbook.ok()) mark_ = {(*playbook)->policy.fingerprint, (*playbook)->policy.quiet};
  }
  revision_ = latest;
  return mark_;
}

}  // namespace cartwheel
