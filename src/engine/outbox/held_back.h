// The customers who must not be sent anything yet: those with an event that is not folded, but for receipts of messages
// that arrived; of events beyond the tail that a claim reads, those with an erasure. Kept from claim to claim: while no
// fold moves on, only what came since the claim before is read.
//
// Invariant: only a fold that moves the cursor changes which customer a key leads to, so what was found stands as long
// as the cursor does. Threads: a claim holds `mutex` from its plan, which says what is known, to its decision.
#pragma once

#include <cstdint>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "base/hash.h"
#include "store/outbox_store.h"

namespace cartwheel {

class HeldBack {
 public:
  // `hash_key`: the database's.
  explicit HeldBack(const HashKey& hash_key) : hash_key_(hash_key) {}
  absl::Mutex mutex;

  // Writes into a plan what need not be read again.
  void NoteKnown(OutboxPlan::Ready& plan) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  // Brings it up to the tail that the change has read by such a plan. After an error all is read anew.
  [[nodiscard]] absl::Status Read(OutboxChange& change) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
  bool Has(CustomerRow customer) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) { return customers_.contains(customer); }

 private:
  const HashKey hash_key_;
  Position cursor_ ABSL_GUARDED_BY(mutex){-1};  // -1: nothing was read
  Position read_to_ ABSL_GUARDED_BY(mutex);     // the last event
  absl::flat_hash_set<CustomerRow> customers_ ABSL_GUARDED_BY(mutex);
};

}  // namespace cartwheel
