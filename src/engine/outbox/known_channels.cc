#include "engine/outbox/known_channels.h"

#include <algorithm>

#include "base/status.h"
#include "fmt/format.h"
#include "playbook/compile.h"

namespace cartwheel {

absl::Status KnownChannels::ReadEarlier(DefinitionStore& store, Revision revision) {
  ASSIGN_OR_RETURN(std::vector<Revision> revisions, store.Revisions());
  for (Revision earlier : revisions) {
    if (earlier <= earlier_to_ || earlier >= revision) continue;
    ASSIGN_OR_RETURN(std::optional<std::string> content, store.Definition(earlier));
    earlier_to_ = earlier;
    if (!content) continue;
    const absl::StatusOr<std::shared_ptr<const Playbook>> playbook = CompilePlaybook(*content);
    if (!playbook.ok()) continue;
    for (std::string_view channel : (*playbook)->Channels()) earlier_.emplace(channel);
  }
  return absl::OkStatus();
}

absl::Status KnownChannels::Check(DefinitionStore& store, const Playbook* current, std::string_view channel) {
  if (current == nullptr) return absl::OkStatus();
  std::vector<std::string_view> names = current->Channels();
  if (std::find(names.begin(), names.end(), channel) != names.end()) return absl::OkStatus();
  absl::MutexLock lock(&mutex_);
  RETURN_IF_ERROR(ReadEarlier(store, current->revision));
  if (earlier_.contains(channel)) return absl::OkStatus();
  std::sort(names.begin(), names.end());
  return absl::InvalidArgumentError(fmt::format(
      "unknown channel \"{}\": the channels of the playbook (revision {}) are {}", channel, current->revision.value(),
      names.empty() ? "none: no journey of it sends anything" : fmt::format("{}", fmt::join(names, ", "))));
}

}  // namespace cartwheel
