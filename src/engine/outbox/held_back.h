// Who must not be sent anything yet: everybody who has an event that is not folded, but for receipts of messages that
// arrived. Kept from claim to claim: while no fold moves on, only what came since the claim before is read.
//
// Invariant: only a fold that moves the cursor changes which customer a key leads to, so what was found stands as long
// as the cursor does. Threads: used inside Store::Dispatch only, which is one at a time.
#pragma once

#include <cstdint>
#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "store/store.h"

namespace cartwheel {

class HeldBack {
 public:
  // Brings it up to the view's tail. After an error all is read anew.
  absl::Status Read(const OutboxView& view);
  bool Has(int64_t customer) const { return customers_.contains(customer); }

 private:
  int64_t cursor_ = -1;  // -1: nothing was read
  int64_t read_to_ = 0;  // the last event
  absl::flat_hash_set<int64_t> customers_;
};

}  // namespace cartwheel
