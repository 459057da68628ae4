#include "store/sqlite/messages.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "base/status.h"
#include "fmt/format.h"
#include "store/message_states.h"
#include "store/sqlite/claim_rows.h"
#include "store/sqlite/message_state_sql.h"

namespace cartwheel {
namespace {

// By the primary key: the blocks of the last span.
constexpr char kLastIds[] =
    "SELECT first, ids FROM message_states WHERE first >= (SELECT span FROM message_states ORDER BY first DESC LIMIT "
    "1)";
// By the primary key (link, message).
constexpr char kAddLink[] = "INSERT INTO message_link(link, message) VALUES(?1, ?2)";
constexpr char kDropLink[] = "DELETE FROM message_link WHERE link = ?1 AND message = ?2";
constexpr char kLinked[] = "SELECT message FROM message_link WHERE link = ?1 AND message > ?2 ORDER BY message";

// Those that one block will hold.
using Group = std::vector<const MessageRow*>;
struct ChannelAndClass {
  std::string_view channel;
  MessageClass message_class;
  auto operator<=>(const ChannelAndClass&) const = default;
};

absl::StatusOr<MessageId> LastMessage(Connection& connection) {
  MessageId last;
  std::vector<MessageId> ids;
  ASSIGN_OR_RETURN(Statement list, connection.Prepare(kLastIds));
  ASSIGN_OR_RETURN(bool found, list.First());
  while (found) {
    const MessageId first(list.Integer(0));
    if (!DecodeIds(first, list.View(1), &ids)) return DamagedBlock(first, "ids");
    last = std::max(last, ids.back());
    ASSIGN_OR_RETURN(found, list.Step());
  }
  return last;
}

// The blocks of a span, in the order of their keys.
absl::Status InsertSpan(Connection& connection, std::map<ChannelAndClass, Group>& groups) {
  std::vector<const Group*> blocks;
  for (const auto& [of, group] : groups) blocks.push_back(&group);
  std::sort(blocks.begin(), blocks.end(),
            [](const Group* a, const Group* b) { return a->front()->id < b->front()->id; });
  for (const Group* block : blocks) RETURN_IF_ERROR(InsertBlock(connection, blocks.front()->front()->id, *block));
  groups.clear();
  return absl::OkStatus();
}

// Of messages that are made: tracked links name few of them, and none is claimed but in tests.
absl::Status InsertBeside(Connection& connection, const std::vector<MessageRow>& messages) {
  ASSIGN_OR_RETURN(Statement add, connection.Prepare(kAddLink));
  for (const MessageRow& message : messages)
    if (message.link != 0) RETURN_IF_ERROR(add.Run(static_cast<int64_t>(message.link), message.id));
  Blocks blocks(connection);
  ClaimChanges claims;
  for (const MessageRow& message : messages) {
    if (message.state != MessageState::kClaimed) continue;
    ASSIGN_OR_RETURN(const Place place, blocks.Find(message.id));
    claims.Note(nullptr, place.state(), place.block->first);
  }
  return claims.Write(connection);
}

absl::StatusOr<std::vector<MessageRow>> ListLinked(Connection& connection, const MessageFilter& filter,
                                                   int64_t present) {
  Blocks blocks(connection);
  std::vector<Place> places;
  ASSIGN_OR_RETURN(Statement list, connection.Prepare(kLinked));
  ASSIGN_OR_RETURN(bool found, list.First(static_cast<int64_t>(filter.link), filter.after_id));
  while (found && places.size() < filter.limit) {
    ASSIGN_OR_RETURN(const Place place, blocks.Find(MessageId(list.Integer(0))));
    if (place && (present & StateBit(place.state().message_state())) != 0) places.push_back(place);
    ASSIGN_OR_RETURN(found, list.Step());
  }
  return blocks.Read(places);
}

}  // namespace

absl::Status InsertMessages(Connection& connection, const std::vector<MessageRow>& messages) {
  if (messages.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const MessageId last, LastMessage(connection));
  if (messages.front().id <= last)
    return absl::InternalError(
        fmt::format("message {} does not come after message {}", messages.front().id.value(), last.value()));
  std::map<ChannelAndClass, Group> groups;
  for (const MessageRow& message : messages) {
    Group& group = groups[{message.channel, message.message_class}];
    group.push_back(&message);
    if (group.size() == kBlockMessages) RETURN_IF_ERROR(InsertSpan(connection, groups));
  }
  if (!groups.empty()) RETURN_IF_ERROR(InsertSpan(connection, groups));
  return InsertBeside(connection, messages);
}

absl::StatusOr<std::vector<MessageRow>> FindMessages(Blocks& blocks, absl::Span<const MessageId> ids) {
  std::vector<Place> places;
  places.reserve(ids.size());
  for (const MessageId id : ids) {
    ASSIGN_OR_RETURN(const Place place, blocks.Find(id));
    if (place) places.push_back(place);
  }
  return blocks.Read(places);
}

absl::StatusOr<std::vector<MessageRow>> FindMessages(Connection& connection, absl::Span<const MessageId> ids) {
  Blocks blocks(connection);
  return FindMessages(blocks, ids);
}

absl::StatusOr<std::vector<MessageRow>> ListMessageRows(Connection& connection, const MessageFilter& filter) {
  const int64_t present = filter.states.empty() ? kAllStates : PresentBits(filter.states);
  if (filter.link != 0) return ListLinked(connection, filter, present);
  Blocks blocks(connection);
  std::vector<Place> places;
  if (filter.limit == 0) return std::vector<MessageRow>();
  RETURN_IF_ERROR(WalkMessages(blocks, filter.after_id, present, [&](const Place& place) -> absl::StatusOr<bool> {
    if ((present & StateBit(place.state().message_state())) != 0) places.push_back(place);
    return places.size() < filter.limit;
  }));
  return blocks.Read(places);
}

absl::Status UpdateMessages(Blocks& blocks, const std::vector<MessageRow>& messages) {
  ClaimChanges claims;
  for (const MessageRow& message : messages) {
    ASSIGN_OR_RETURN(const Place place, blocks.Find(message.id));
    if (!place)
      return absl::InternalError(
          fmt::format("message {} is not in the outbox, it cannot be changed", message.id.value()));
    StateOfMessage state = StateOf(message);
    claims.Note(&place.state(), state, place.block->first);
    blocks.SetState(place, std::move(state));
  }
  RETURN_IF_ERROR(blocks.Write());
  return claims.Write(blocks.connection());
}

absl::Status RevokeMessages(Blocks& blocks, const std::vector<Revocation>& revocations) {
  for (const Revocation& revocation : revocations) {
    ASSIGN_OR_RETURN(const Place place, blocks.Find(revocation.message));
    if (!place || !IsOpen(place.state().message_state())) continue;
    StateOfMessage state = place.state();
    state.revoked = 1;
    if (state.message_state() == MessageState::kWaiting) {  // a claimed message is only marked
      state.state = static_cast<int64_t>(revocation.state);
      state.reason = static_cast<int64_t>(revocation.reason);
      state.reason_detail = revocation.detail;
    }
    blocks.SetState(place, std::move(state));
  }
  return blocks.Write();
}

absl::Status MoveMessages(Blocks& blocks, const std::vector<FoldWrite::Move>& moves) {
  for (const FoldWrite::Move& move : moves) {
    ASSIGN_OR_RETURN(const Place place, blocks.Find(move.message));
    if (place) RETURN_IF_ERROR(blocks.SetCustomer(place, move.customer));
  }
  return blocks.Write();
}

absl::Status ReplaceBodies(Blocks& blocks, const std::vector<SweepWrite::Replaced<MessageId>>& bodies) {
  std::map<MessageId, std::vector<std::pair<Place, std::string_view>>> by_block;
  for (const auto& body : bodies) {
    ASSIGN_OR_RETURN(const Place place, blocks.Find(body.id));
    if (!place) return absl::DataLossError(fmt::format("message {} has no body", body.id.value()));
    by_block[place.block->first].emplace_back(place, body.data);
    if (place.state().reason_detail.empty()) continue;
    StateOfMessage state = place.state();
    state.reason_detail.clear();
    blocks.SetState(place, std::move(state));
  }
  for (const auto& [first, replaced] : by_block) {
    const Block& block = *replaced.front().first.block;
    std::string room;
    ASSIGN_OR_RETURN(std::vector<std::string_view> texts, blocks.ReadBodies(block, &room));
    for (const auto& [place, body] : replaced) texts[place.at] = body;
    RETURN_IF_ERROR(blocks.WriteBodies(block, texts));
  }
  return blocks.Write();
}

absl::StatusOr<bool> DropOldMessages(Connection& connection, int64_t before_ms, size_t limit) {
  Blocks blocks(connection);
  std::map<MessageId, std::vector<Place>> dropped;  // by block
  size_t count = 0;
  RETURN_IF_ERROR(WalkMessages(blocks, {}, kAllStates, [&](const Place& place) -> absl::StatusOr<bool> {
    if (count == limit || IsOpen(place.state().message_state())) return false;
    ASSIGN_OR_RETURN(const HeadOfMessage* head, blocks.Head(place));
    if (head->made_at_ms >= before_ms) return false;
    dropped[place.block->first].push_back(place);
    ++count;
    return true;
  }));
  ASSIGN_OR_RETURN(Statement drop, connection.Prepare(kDropLink));
  for (const auto& [first, places] : dropped) {
    Block& block = *places.front().block;
    for (const Place& place : places)
      if (block.heads[place.at].link != 0) RETURN_IF_ERROR(drop.Run(block.heads[place.at].link, place.id()));
    RETURN_IF_ERROR(blocks.DropFront(block, places.size()));
  }
  return count == limit;
}

}  // namespace cartwheel
