// Which channels messages may wait on: those that a playbook names in `via`. A claim of any other is a typo that would
// otherwise look like an empty outbox.
#pragma once

#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "store/definition_store.h"

namespace cartwheel {

// From any thread. Reads the playbooks only when one was loaded since, by whichever process; the older ones only for a
// name that the newest has not.
class KnownChannels {
 public:
  // InvalidArgument names the channels there are, of the playbook in force. Those of earlier revisions are known too,
  // since their walks go on; and before the first playbook any name is, since a worker may start before it.
  absl::Status Check(DefinitionStore& store, std::string_view channel);

 private:
  using Names = std::set<std::string, std::less<>>;
  absl::Status ReadCurrent(DefinitionStore& store, int64_t revision);
  absl::Status ReadEarlier(DefinitionStore& store);

  std::mutex mutex_;
  int64_t revision_ = 0;
  int64_t earlier_to_ = 0;   // revisions up to this one are in earlier_
  bool unreadable_ = false;  // the playbook in force is of a newer version of this library
  Names current_;
  Names earlier_;
};

}  // namespace cartwheel
