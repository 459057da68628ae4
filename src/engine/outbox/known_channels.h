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
#include "store/definition_store.h"

namespace cartwheel {

// From any thread. Reads the playbooks only when one was loaded since, by whichever process; the older ones only for a
// name that the newest has not.
class KnownChannels {
 public:
  // InvalidArgument names the channels there are, of the playbook in force. Those of earlier revisions are known too,
  // since their walks go on; and before the first playbook any name is, since a worker may start before it.
  [[nodiscard]] absl::Status Check(DefinitionStore& store, std::string_view channel);

 private:
  using Names = std::set<std::string, std::less<>>;
  [[nodiscard]] absl::Status ReadCurrent(DefinitionStore& store, int64_t revision)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  [[nodiscard]] absl::Status ReadEarlier(DefinitionStore& store) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  absl::Mutex mutex_;
  int64_t revision_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t earlier_to_ ABSL_GUARDED_BY(mutex_) = 0;   // revisions up to this one are in earlier_
  bool unreadable_ ABSL_GUARDED_BY(mutex_) = false;  // the playbook in force is of a newer version of this library
  Names current_ ABSL_GUARDED_BY(mutex_);
  Names earlier_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cartwheel
