// The outbox in blocks: up to kBlockMessages messages that one commit made, all of one channel and class, are three
// rows with the key `first`. So a claim of a hundred messages changes one or two small rows, and not a hundred.
//
//   message_states   first, span, channel, class, ready_at, present, ids, states   what claims, settles, revocations
//   change message_heads    first, data                                                   what is set when a message is
//   made message_bodies   first, data                                                   what it says, compressed
//
// The n-th message of a block has the n-th id, state, head and body. Integers are varints (base/codec.h).
//
//   ids      runs of (distance from the id before, how many times); the first distance is from `first`
//   states   runs of (how many messages, what differs from the run before), so that what was claimed together is one
//   run heads    of each message what differs from the one before bodies   of each message its bytes with their length,
//   all compressed as one "what differs" is a bit for each field, then the fields of those bits: numbers as distances,
//   texts as they are
//
// Beside them:
//
//   claim         a row for each claim of which messages are out, by the end of its lease: how many are, and their
//   blocks message_link  the messages that tracked links name
//
// Spans. A commit's messages are cut, in the order of their ids, into spans; in a span each channel and class has one
// block at most, and the first block that is full ends the span. The ids of a span lie between its own `span` (the
// lowest of them) and the next one's, so a message is looked up by going down from the last block that begins at or
// before its id: it is in one of the blocks with that block's `span`, or it does not exist.
//
// Invariants. `first` is a name that is never given twice: it is the lowest id that the block had when it was made, and
// it stays when the oldest messages are dropped. `present` has a bit for each state that a message of the block is in.
// `ready_at` is the least not_before of those that wait, 0 when none does. The claims' `open` add up to the messages in
// state kClaimed. A block has at least one message.
//
//   operation            reads                                          writes
//   commit of a fold     the last span's ids                            three new rows a block
//   claim                states by message_ready; heads, bodies         states of each block, one claim, message_ready
//   when
//                        of what is found                               the block's ready_at changes
//   settle               states by id; heads, bodies                    states of each block, the claim (deleted with
//   its last) lapse                claims by lease, states, heads, bodies         as settle revocation           states
//   by id                                   states of each block merge (move)         states, heads by id heads of each
//   block erasure              states, bodies by id                           states, bodies of each block retention
//   states from the old end                        whole blocks deleted, the block in which it ends cut queries states
//   from an id on, by span; heads, bodies   nothing
//
// Indexes: message_ready (channel, ready_at) of blocks with a waiting message; message_troubled of those with one that
// an operator looks for. All else goes by the primary keys, whose order is that of arrival.
//
// This file is the bytes; rows are read and written by block_table.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "store/outbox_store.h"

namespace cartwheel {

inline constexpr size_t kBlockMessages = 128;

// The changeable half of a MessageRow.
struct StateOfMessage {
  int64_t state = 0;
  int64_t not_before_ms = 0;
  int64_t reason = 0;
  int64_t settled_at_ms = 0;
  int64_t token = 0;
  int64_t attempts = 0;
  int64_t first_handed_ms = 0;
  int64_t lease_end_ms = 0;
  int64_t idempotency_ms = 0;
  int64_t lease_boot = 0;
  int64_t uncertain = 0;
  int64_t revoked = 0;
  std::string reason_detail;

  bool operator==(const StateOfMessage&) const = default;
  MessageState message_state() const { return static_cast<MessageState>(state); }
  LeaseTime lease() const { return {static_cast<uint64_t>(lease_boot), lease_end_ms}; }
};
StateOfMessage StateOf(const MessageRow& message);
void PutState(const StateOfMessage& state, MessageRow* message);

// The other half, but for the channel, the class and the body.
struct HeadOfMessage {
  int64_t customer = 0;
  int64_t expires_at_ms = 0;
  int64_t made_at_ms = 0;
  int64_t fresh_until_ms = 0;
  int64_t link = 0;
  std::string purpose;
  std::string medium;

  bool operator==(const HeadOfMessage&) const = default;
};
HeadOfMessage HeadOf(const MessageRow& message);
void PutHead(HeadOfMessage head, MessageRow* message);

// The states of a block's messages. Equal ones are held once.
class BlockStates {
 public:
  size_t size() const { return kind_of_.size(); }
  const StateOfMessage& operator[](size_t at) const { return kinds_[kind_of_[at]]; }

  void Append(StateOfMessage state, size_t times = 1);
  void Set(size_t at, StateOfMessage state);
  void DropFront(size_t count) { kind_of_.erase(kind_of_.begin(), kind_of_.begin() + static_cast<ptrdiff_t>(count)); }

  int64_t Present() const;  // message_states.present
  int64_t ReadyAt() const;  // message_states.ready_at

 private:
  uint16_t KindOf(StateOfMessage state);

  std::vector<StateOfMessage> kinds_;  // each message has one of these, and some have no message any more
  std::vector<uint16_t> kind_of_;
  uint16_t last_ = 0;  // the kind that was given last: what follows is mostly the same
};

// Encoders replace `*out`. Decoders replace it too, and return false when the bytes are damaged.
void EncodeIds(MessageId first, absl::Span<const MessageId> ids, std::string* out);
[[nodiscard]] bool DecodeIds(MessageId first, std::string_view bytes, std::vector<MessageId>* out);
void EncodeStates(const BlockStates& states, std::string* out);
[[nodiscard]] bool DecodeStates(std::string_view bytes, size_t count, BlockStates* out);
void EncodeHeads(absl::Span<const HeadOfMessage> heads, std::string* out);
[[nodiscard]] bool DecodeHeads(std::string_view bytes, size_t count, std::vector<HeadOfMessage>* out);
void EncodeBodies(absl::Span<const std::string_view> bodies, std::string* out);
// The bodies are views of `*room`.
[[nodiscard]] bool DecodeBodies(std::string_view bytes, size_t count, std::string* room,
                                std::vector<std::string_view>* out);

}  // namespace cartwheel
