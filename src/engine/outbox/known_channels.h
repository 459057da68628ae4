// Which channels messages may wait on: those that a playbook names in `via`. A claim of any other is a typo that would
// otherwise look like an empty outbox.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "core/model/playbook.h"
#include "store/definition_store.h"

namespace cartwheel {

// From any thread.
class KnownChannels {
 public:
  // InvalidArgument names the channels there are, of the playbook in force. Those of earlier revisions are known too,
  // since their walks go on. Without a playbook that can be read (null) any name is, since a worker may start before
  // it.
  [[nodiscard]] absl::Status Check(DefinitionStore& store, const Playbook* current, std::string_view channel);

 private:
  // Those before `revision`; each is read once, and only for a name that the playbook in force has not.
  [[nodiscard]] absl::Status ReadEarlier(DefinitionStore& store, Revision revision)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  absl::Mutex mutex_;
  Revision earlier_to_ ABSL_GUARDED_BY(mutex_);  // revisions up to this one are in earlier_
  std::set<std::string, std::less<>> earlier_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cartwheel
