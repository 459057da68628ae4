// What the removal of erased customers' bytes needs of the store (engine/fold/sweep.h). The fold files an erasure with
// the commit that makes it; the sweep then goes through the tables in slices, each one transaction, and remembers with
// each how far it is. What a row means is the engine's matter.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "core/model/ids.h"

namespace cartwheel {

// Filed by a fold; kept for good, as the proof that the bytes were removed.
struct ErasureRow {
  ErasureId id;  // the store's, in the order of arrival
  CustomerRow customer;
  std::string merged;        // opaque here: rows that became this customer's
  std::string keys;          // opaque here: by what the customer is found in the log
  int64_t erased_at_ms = 0;  // as the event says
  int64_t filed_at_ms = 0;   // when it was folded
  Position through;          // events up to here are the customer's of before; others by their `at`
  MessageId message_to;      // and messages; others by when they were made
  DecisionLink trail;        // the newest of the decision trail of before; 0: none
  int64_t done_at_ms = 0;    // 0: pending
};

struct MessageOwner {
  MessageId message;
  CustomerRow customer;
  int64_t made_at_ms = 0;
  bool may_leave = false;  // it waits or is claimed, and is not revoked
};

// One slice.
struct SweepWrite {
  Epoch epoch;        // as in a FoldWrite
  std::string state;  // remembered: FoldState::sweep
  template <typename Id>
  struct Replaced {
    Id id;
    std::string data;
  };
  std::vector<Replaced<Position>> log;      // by the number of a row's last event; its other columns stay
  std::vector<Replaced<MessageId>> bodies;  // the words of the message's reason are emptied too
  std::vector<Replaced<DecisionId>> decisions;
  ErasureId done_through;  // erasures up to this one are done; 0: none
  int64_t done_at_ms = 0;
};

// What DestroyKeys did.
enum class Destroyed : uint8_t {
  kAll,   // none is left, nor its bytes
  kPart,  // more are to come
  kHeld,  // another process reads: try again
};

class EraseStore {
 public:
  virtual ~EraseStore() = default;

  // Returns erasures after `after_id` in their order: all, or those that are pending.
  [[nodiscard]] virtual absl::StatusOr<std::vector<ErasureRow>> Erasures(ErasureId after_id, bool pending,
                                                                         size_t limit) = 0;
  [[nodiscard]] virtual absl::StatusOr<ErasureId> NewestErasure() = 0;  // 0: none was filed here
  // Returns the owners of the messages after `after` in the order of their ids.
  [[nodiscard]] virtual absl::StatusOr<std::vector<MessageOwner>> Owners(MessageId after, size_t limit) = 0;
  // Takes in a slice. Aborted "lease_lost" when the epoch is no longer the stored one.
  [[nodiscard]] virtual absl::Status CommitSweep(const SweepWrite& write) = 0;

  // Earlier states of customers, which the store may keep beside the newest: returns a mark of all that there are now.
  [[nodiscard]] virtual absl::StatusOr<int64_t> MarkStates(Epoch epoch) = 0;
  // Removes earlier states, `limit` customers at a time. True: none of before the mark is left.
  [[nodiscard]] virtual absl::StatusOr<bool> DropStates(Epoch epoch, int64_t mark, size_t limit) = 0;
  // Empties the log of changes into the main file. False: a reader holds it, try again.
  [[nodiscard]] virtual absl::StatusOr<bool> EmptyChanges() = 0;
  // Of a sealed database: destroys, a slice of them, the keys that erasures up to this one retired. Whatever the log
  // holds under them was rewritten.
  [[nodiscard]] virtual absl::StatusOr<Destroyed> DestroyKeys(ErasureId /*through*/) { return Destroyed::kAll; }
};

}  // namespace cartwheel
