#include "engine/outbox/known_channels.h"

#include "absl/strings/str_join.h"
#include "base/status.h"
#include "fmt/format.h"
#include "playbook/compile.h"

namespace cartwheel {
namespace {

// False: the playbook cannot be read.
bool AddChannels(std::string_view playbook_json, std::set<std::string, std::less<>>& names) {
  absl::StatusOr<std::shared_ptr<const Playbook>> playbook = CompilePlaybook(playbook_json);
  if (!playbook.ok()) return false;
  for (std::string_view channel : (*playbook)->Channels()) names.emplace(channel);
  return true;
}

}  // namespace

absl::Status KnownChannels::ReadCurrent(DefinitionStore& store, int64_t revision) {
  ASSIGN_OR_RETURN(std::optional<std::string> playbook, store.Definition(revision));
  current_.clear();
  unreadable_ = !playbook || !AddChannels(*playbook, current_);
  revision_ = revision;
  return absl::OkStatus();
}

absl::Status KnownChannels::ReadEarlier(DefinitionStore& store) {
  ASSIGN_OR_RETURN(std::vector<int64_t> revisions, store.Revisions());
  for (int64_t revision : revisions) {
    if (revision <= earlier_to_ || revision >= revision_) continue;
    ASSIGN_OR_RETURN(std::optional<std::string> playbook, store.Definition(revision));
    if (playbook) AddChannels(*playbook, earlier_);
    earlier_to_ = revision;
  }
  return absl::OkStatus();
}

absl::Status KnownChannels::Check(DefinitionStore& store, std::string_view channel) {
  absl::MutexLock lock(&mutex_);
  ASSIGN_OR_RETURN(const int64_t latest, store.LatestRevision());
  if (latest == 0) return absl::OkStatus();
  if (latest != revision_) RETURN_IF_ERROR(ReadCurrent(store, latest));
  if (unreadable_ || current_.contains(channel)) return absl::OkStatus();
  RETURN_IF_ERROR(ReadEarlier(store));
  if (earlier_.contains(channel)) return absl::OkStatus();
  const std::string those = current_.empty() ? "none: no journey of it sends anything" : absl::StrJoin(current_, ", ");
  return absl::InvalidArgumentError(fmt::format(
      "unknown channel \"{}\": the channels of the playbook (revision {}) are {}", channel, revision_, those));
}

}  // namespace cartwheel
