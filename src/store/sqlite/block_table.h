// The rows of blocks (blocks.h), as one transaction reads and changes them.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "store/sqlite/blocks.h"
#include "store/sqlite/connection.h"

namespace cartwheel {

// What follows SELECT in a statement that Blocks::Take reads.
#define CARTWHEEL_BLOCK_COLUMNS "first, span, channel, class, ids, states"

struct Block {
  MessageId first;
  MessageId span;
  std::string channel;
  MessageClass message_class = MessageClass::kAdvertisement;
  std::vector<MessageId> ids;
  BlockStates states;
  std::vector<HeadOfMessage> heads;  // empty until Blocks::Head has read them
  bool states_changed = false;       // they are not those of the file
  bool heads_changed = false;
};

// A message of a block; none where `block` is null.
struct Place {
  Block* block = nullptr;
  size_t at = 0;

  explicit operator bool() const { return block != nullptr; }
  MessageId id() const { return block->ids[at]; }
  const StateOfMessage& state() const { return block->states[at]; }
};

class Blocks {
 public:
  explicit Blocks(Connection& connection) : connection_(connection) {}
  Connection& connection() { return connection_; }

  [[nodiscard]] absl::StatusOr<Place> Find(MessageId id);
  // Returns the block of this key, null where there is none.
  [[nodiscard]] absl::StatusOr<Block*> Load(MessageId first);
  // Returns the block of the row that the statement stands on.
  [[nodiscard]] absl::StatusOr<Block*> Take(const Statement& row);

  [[nodiscard]] absl::StatusOr<const HeadOfMessage*> Head(const Place& place);

  // Change a message; Write writes what was changed.
  void SetState(const Place& place, StateOfMessage state);
  [[nodiscard]] absl::Status SetCustomer(const Place& place, CustomerRow customer);
  [[nodiscard]] absl::Status Write();

  // Returns whole messages, in this order. Opens the texts of each block once, and keeps none: a list may come by
  // thousands of blocks.
  [[nodiscard]] absl::StatusOr<std::vector<MessageRow>> Read(absl::Span<const Place> places);
  // The views are of `*room`.
  [[nodiscard]] absl::StatusOr<std::vector<std::string_view>> ReadBodies(const Block& block, std::string* room);
  [[nodiscard]] absl::Status WriteBodies(const Block& block, absl::Span<const std::string_view> bodies);

  // Removes the `count` oldest messages of a block, also from the file; all of them: the block.
  [[nodiscard]] absl::Status DropFront(Block& block, size_t count);

 private:
  [[nodiscard]] absl::StatusOr<std::vector<HeadOfMessage>> ReadHeads(const Block& block);

  Connection& connection_;
  std::map<MessageId, Block> blocks_;  // by key; their places in memory stay
};

// The messages of a new block have one channel and class and come in the order of their ids.
[[nodiscard]] absl::Status InsertBlock(Connection& connection, MessageId span,
                                       absl::Span<const MessageRow* const> messages);

// Calls `each` with the messages after `after` of blocks that have a message in one of the states of `present`, in the
// order of ids, until it returns false. Nothing of the outbox is written meanwhile.
inline constexpr int64_t kAllStates = -1;
[[nodiscard]] absl::Status WalkMessages(Blocks& blocks, MessageId after, int64_t present,
                                        absl::FunctionRef<absl::StatusOr<bool>(const Place&)> each);

// Says which part of which block is damaged.
[[nodiscard]] absl::Status DamagedBlock(MessageId first, std::string_view part);

}  // namespace cartwheel
