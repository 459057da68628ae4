#include "engine/common/playbook_cache.h"

#include "base/status.h"
#include "engine/common/adoption_check.h"
#include "engine/common/holds.h"
#include "fmt/format.h"
#include "playbook/compile.h"

namespace cartwheel {

absl::StatusOr<LoadResult> LoadPlaybook(DefinitionStore& store, std::string_view json, int64_t now_ms) {
  ASSIGN_OR_RETURN(std::shared_ptr<const Playbook> playbook, CompilePlaybook(json));
  std::string content(json);
  absl::Status saved;
  ASSIGN_OR_RETURN(Revision latest, store.LatestRevision());
  if (playbook->revision > latest) {
    ASSIGN_OR_RETURN(std::string lost, CheckAdoptions(store, *playbook));
    saved = store.SaveDefinition(playbook->revision, content, now_ms);
    if (saved.ok()) return LoadResult{playbook->revision.value(), std::move(lost)};
    if (saved.code() != absl::StatusCode::kAlreadyExists) return saved;
    ASSIGN_OR_RETURN(latest, store.LatestRevision());
  }
  if (playbook->revision < latest)
    return LoadResult{latest.value(), fmt::format("revision {} is older than {}, which stays in force",
                                                  playbook->revision.value(), latest.value())};
  ASSIGN_OR_RETURN(std::optional<std::string> stored, store.Definition(latest));
  if (stored == content)
    return LoadResult{latest.value(), fmt::format("revision {} is already loaded", latest.value())};
  return absl::AlreadyExistsError(
      fmt::format("/revision: revision {} is already loaded with other content; raise the number to load this one",
                  latest.value()));
}

absl::Status PlaybookCache::Refresh() {
  ASSIGN_OR_RETURN(playbooks_.holds, ReadHolds(*store_));
  ASSIGN_OR_RETURN(Revision latest, store_->LatestRevision());
  if (!latest || (playbooks_.current != nullptr && playbooks_.current->revision == latest)) return absl::OkStatus();
  RETURN_IF_ERROR(Ensure(latest));
  playbooks_.current = playbooks_.by_revision[latest];
  return absl::OkStatus();
}

absl::Status PlaybookCache::Ensure(Revision revision) {
  if (playbooks_.by_revision.contains(revision)) return absl::OkStatus();
  ASSIGN_OR_RETURN(std::optional<std::string> content, store_->Definition(revision));
  if (!content) return absl::NotFoundError(fmt::format("revision {} is not in the database", revision.value()));
  ASSIGN_OR_RETURN(playbooks_.by_revision[revision], CompilePlaybook(*content));
  return absl::OkStatus();
}

}  // namespace cartwheel
