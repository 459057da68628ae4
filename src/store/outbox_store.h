// What claims and settles need of the store. A change of the outbox is plan → read → decide → write, in data: the
// caller says what it wants to see (OutboxPlan), BeginOutbox reads it, the caller decides, Commit writes. With the keys
// that the tail of the log names (Resolve) these are three round trips to a networked database, however many messages
// there are.
//
// Exactness: one change at a time, of all processes. From BeginOutbox to Commit nothing is appended, folded, claimed or
// settled by any other, so what was read still holds when it is written: no version is compared and nothing is retried.
// A networked store takes the lock that numbers its log, as Append does.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "core/model/ids.h"
#include "core/model/message.h"
#include "store/log_store.h"

namespace cartwheel {

// How many advertisements were handed out: by all channels in an hour, or by one in a day.
struct Tally {
  std::string channel;  // empty: all
  int64_t slot = 0;     // the hour since 1970, or the shop's day since 1970
  int64_t count = 0;
};

inline constexpr size_t kErasingRowsMax = 100;
inline constexpr int64_t kTallySlotsKept = 400;  // of a channel, so 16 days of hours

// What a change of the outbox reads. A part that is absent reads nothing.
struct OutboxPlan {
  std::vector<MessageId> ids;  // these messages

  // Messages that wait on `channel` with not_before_ms <= now_ms, also those that have expired, oldest first; and the
  // tail of the log: the events after the cursor, `tail_max` of them at most.
  struct Ready {
    std::string channel;
    int64_t now_ms = 0;
    size_t limit = 0;
    int64_t tail_max = 0;  // with more events than that not folded (OutboxView::behind) no advertisement is found
    // The tail that the caller knows from a change before: up to `known_to`, while the cursor is `known_cursor`. The
    // rest is read.
    Position known_cursor{-1};
    Position known_to;
    std::vector<Tally> tallies;  // their counts are read
  };
  std::optional<Ready> ready;

  // Messages claimed under a lease that has lapsed at `now`, in any order.
  struct Lapsed {
    LeaseTime now;
    size_t limit = 0;
  };
  std::optional<Lapsed> lapsed;
};

// What was read. The caller may take the messages out of it.
struct OutboxView {
  std::vector<MessageRow> messages;  // of `ids`: those that exist, in the order asked for
  std::vector<MessageRow> ready;
  std::vector<MessageRow> lapsed;
  ClaimToken next_token;  // greater than every token given so far
  Position cursor;        // of the fold
  // Of Ready.
  bool behind = false;
  bool copied = false;       // the file is at home elsewhere: no advertisement is found
  std::vector<LogRow> tail;  // whole rows; the first may begin before what was asked for
  // Behind: rows after the tail that erase a customer, the oldest kErasingRowsMax. Where there are more, no message is
  // found.
  std::vector<LogRow> erasing;
  std::vector<Tally> tallies;  // those asked for
};

struct OutboxWrite {
  std::vector<MessageRow> updates;  // the changeable half of each is written
  std::optional<LogRow> append;     // receipts; `last` is the store's to set
  std::vector<Tally> tallies;       // added to what was counted before
  bool empty() const { return updates.empty() && !append && tallies.empty(); }
};

// One change of the outbox, from what it has read to what it will write. While it lasts, no other does, and its thread
// calls nothing else of the store. Ends with Commit, or without it, and then nothing has happened.
class OutboxChange {
 public:
  virtual ~OutboxChange() = default;
  OutboxView& view() { return view_; }

  // Returns the rows that identity keys lead to, 0 for an unknown one.
  [[nodiscard]] virtual absl::StatusOr<std::vector<CustomerRow>> Resolve(absl::Span<const std::string> keys) = 0;
  // Writes all or nothing and flushes, in any durability. An empty one writes nothing. Ends the change: call it once.
  [[nodiscard]] virtual absl::Status Commit(const OutboxWrite& write) = 0;

 private:
  OutboxView view_;
};

class OutboxStore {
 public:
  virtual ~OutboxStore() = default;

  // Waits for the change of another, and reads what the plan says.
  [[nodiscard]] virtual absl::StatusOr<std::unique_ptr<OutboxChange>> BeginOutbox(const OutboxPlan& plan) = 0;
  // Returns the earliest moment at which a claim on any channel could find something: a waiting message's
  // not_before_ms.
  [[nodiscard]] virtual absl::StatusOr<std::optional<int64_t>> NextReady() = 0;
  // Returns the end of the earliest lease of a claimed message.
  [[nodiscard]] virtual absl::StatusOr<std::optional<LeaseTime>> NextLapse() = 0;
};

}  // namespace cartwheel
