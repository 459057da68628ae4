// What the reading of events asks of the shop, from the playbook in force: looked up only when a record needs it, and
// again only when another playbook was loaded, by whichever process.
#pragma once

#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "formats/formats.h"
#include "store/definition_store.h"

namespace cartwheel {

// From any thread.
class ShopSettingsCache {
 public:
  // Empty where no playbook was loaded or it does not say; `event_zone`, unless it is empty, counts before the
  // playbook's.
  ShopSettings Get(DefinitionStore& store, const std::string& event_zone);

 private:
  absl::Mutex mutex_;
  int64_t revision_ ABSL_GUARDED_BY(mutex_) = 0;
  ShopSettings settings_ ABSL_GUARDED_BY(mutex_);
};

// InvalidArgument for a name that is neither empty nor a time zone.
[[nodiscard]] absl::Status CheckZone(const std::string& event_zone);

// A line for the shop's log when over 1 % of the events of a call or a file had a time that cannot be read; empty
// otherwise.
std::string UndatedLine(int64_t events, int64_t unreadable);
std::string UndatedLine(int64_t events, const std::vector<Warning>& warnings);

}  // namespace cartwheel
