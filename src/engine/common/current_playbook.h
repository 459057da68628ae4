// The playbook in force, for callers outside of the fold.
#pragma once

#include <cstdint>
#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "core/model/playbook.h"
#include "store/definition_store.h"
#include "store/sealed/sealed_store.h"

namespace cartwheel {

// From any thread. Compiles it only when another one was loaded since, by whichever process.
class CurrentPlaybook {
 public:
  // Null: none was loaded, or this version cannot read it.
  [[nodiscard]] absl::StatusOr<std::shared_ptr<const Playbook>> Get(DefinitionStore& store);

 private:
  absl::Mutex mutex_;
  Revision revision_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<const Playbook> playbook_ ABSL_GUARDED_BY(mutex_);
};

// Answers what the playbook in force calls personal.
PersonalNames PersonalInForce();

}  // namespace cartwheel
