// What claims and settles need of the store: messages found and changed under one write lock, and the next moment at
// which there will be something to do.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "core/model/message.h"
#include "store/log_store.h"

namespace cartwheel {

// A read-modify-write of the outbox under one write lock.
struct OutboxQuery {
  enum class Find {
    kIds,     // the messages of `ids`
    kReady,   // waiting on `channel`, not_before_ms <= now_ms (also those that have expired), oldest first
    kLapsed,  // claimed under a lease that has lapsed at `now`
  };
  Find find = Find::kIds;
  std::vector<int64_t> ids;
  std::string channel;
  int64_t now_ms = 0;
  LeaseTime now;
  size_t limit = 0;      // kReady, kLapsed
  int64_t tail_max = 0;  // kReady: with more events than that not folded (OutboxView::behind) no advertisement is found
};

struct OutboxView {
  std::vector<MessageRow> messages;  // kIds: those that exist, in the order asked for
  int64_t cursor = 0;
  bool behind = false;     // kReady
  int64_t next_token = 0;  // greater than every token given so far
  // Valid during the call. What of the unfolded tail of the log lies after the event `after`, within `tail_max` of the
  // cursor: whole rows, the first may begin before it.
  absl::FunctionRef<absl::StatusOr<std::vector<LogRow>>(int64_t after)> tail;
  // The rows that identity keys lead to, 0 for an unknown one.
  absl::FunctionRef<absl::StatusOr<std::vector<int64_t>>(absl::Span<const std::string>)> resolve;
};

struct OutboxWrite {
  std::vector<MessageRow> updates;  // the changeable half of each is written
  std::optional<LogRow> append;     // receipts; `last` is the store's to set
};
using Decide = absl::FunctionRef<absl::StatusOr<OutboxWrite>(OutboxView&)>;

class OutboxStore {
 public:
  virtual ~OutboxStore() = default;

  // Finds, asks `decide`, writes what it answers and flushes, in any durability. An empty answer writes nothing. One at
  // a time; `decide` may take the messages out of its view.
  virtual absl::Status UpdateOutbox(const OutboxQuery& query, Decide decide) = 0;
  // Returns the earliest moment at which a claim on any channel could find something: a waiting message's
  // not_before_ms.
  virtual absl::StatusOr<std::optional<int64_t>> NextReady() = 0;
  // Returns the end of the earliest lease of a claimed message.
  virtual absl::StatusOr<std::optional<LeaseTime>> NextLapse() = 0;
};

}  // namespace cartwheel
