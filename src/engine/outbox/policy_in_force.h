// By which policy messages leave: that of the playbook in force. An advertisement that was judged by another one is not
// handed out; its step judges it anew.
#pragma once

#include <cstdint>
#include <optional>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "core/model/policy.h"
#include "store/definition_store.h"

namespace cartwheel {

struct PolicyMark {
  uint64_t fingerprint = 0;  // Policy::fingerprint; 0: no playbook that this version can read was loaded
  bool quiet = false;        // no advertisement is handed out
};

// From any thread. Reads the playbook only when one was loaded since, by whichever process.
class PolicyInForce {
 public:
  [[nodiscard]] absl::StatusOr<PolicyMark> Read(DefinitionStore& store);

 private:
  absl::Mutex mutex_;
  int64_t revision_ ABSL_GUARDED_BY(mutex_) = 0;
  PolicyMark mark_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cartwheel
