#include "store/sqlite/block_table.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <optional>
#include <utility>

#include "base/status.h"
#include "fmt/format.h"
#include "store/sqlite/message_state_sql.h"

namespace cartwheel {
namespace {

// All by the primary key, but where an index is named.
constexpr char kFind[] = "SELECT " CARTWHEEL_BLOCK_COLUMNS " FROM message_states WHERE first <= ?1 ORDER BY first DESC";
constexpr char kLoad[] = "SELECT " CARTWHEEL_BLOCK_COLUMNS " FROM message_states WHERE first = ?1";
constexpr char kHeads[] = "SELECT data FROM message_heads WHERE first = ?1";
constexpr char kBodies[] = "SELECT data FROM message_bodies WHERE first = ?1";
#define CARTWHEEL_FROM_SPAN_OF \
  "first >= coalesce((SELECT span FROM message_states WHERE first <= ?1 ORDER BY first DESC LIMIT 1), 0)"
// ?2: bit n for state n.
constexpr char kWalk[] = "SELECT " CARTWHEEL_BLOCK_COLUMNS " FROM message_states WHERE " CARTWHEEL_FROM_SPAN_OF
                         " AND present & ?2 <> 0 ORDER BY first";
// Index message_troubled.
constexpr char kWalkTroubled[] = "SELECT " CARTWHEEL_BLOCK_COLUMNS " FROM message_states WHERE " CARTWHEEL_SQL_TROUBLED
                                 " AND " CARTWHEEL_FROM_SPAN_OF " AND present & ?2 <> 0 ORDER BY first";
constexpr char kInsert[] =
    "INSERT INTO message_states(first, span, channel, class, ready_at, present, ids, states) "
    "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
constexpr char kInsertHeads[] = "INSERT INTO message_heads(first, data) VALUES(?1, ?2)";
constexpr char kInsertBodies[] = "INSERT INTO message_bodies(first, data) VALUES(?1, ?2)";
constexpr char kSetStates[] = "UPDATE message_states SET ready_at = ?2, present = ?3, states = ?4 WHERE first = ?1";
constexpr char kSetIds[] = "UPDATE message_states SET ids = ?2 WHERE first = ?1";
constexpr char kSetHeads[] = "UPDATE message_heads SET data = ?2 WHERE first = ?1";
constexpr char kSetBodies[] = "UPDATE message_bodies SET data = ?2 WHERE first = ?1";
constexpr char kDropStates[] = "DELETE FROM message_states WHERE first = ?1";
constexpr char kDropHeads[] = "DELETE FROM message_heads WHERE first = ?1";
constexpr char kDropBodies[] = "DELETE FROM message_bodies WHERE first = ?1";

// Blocks that are known are looked at before the file is: of one span are seldom more.
constexpr int kNearBlocks = 4;

std::optional<size_t> IndexOf(const std::vector<MessageId>& ids, MessageId id) {
  if (id < ids.front() || id > ids.back()) return std::nullopt;
  const auto guess = static_cast<size_t>(id.value() - ids.front().value());  // without another channel's between
  if (guess < ids.size() && ids[guess] == id) return guess;
  const auto found = std::lower_bound(ids.begin(), ids.end(), id);
  return *found == id ? std::optional(static_cast<size_t>(found - ids.begin())) : std::nullopt;
}

}  // namespace

absl::Status DamagedBlock(MessageId first, std::string_view part) {
  return absl::DataLossError(fmt::format("the {} of the messages from {} on are damaged", part, first.value()));
}

absl::StatusOr<Place> Blocks::Find(MessageId id) {
  auto near = blocks_.upper_bound(id);
  for (int looks = 0; looks < kNearBlocks && near != blocks_.begin(); ++looks) {
    --near;
    if (const auto at = IndexOf(near->second.ids, id)) return Place{&near->second, *at};
  }
  ASSIGN_OR_RETURN(Statement find, connection_.Prepare(kFind));
  ASSIGN_OR_RETURN(bool found, find.First(id));
  if (!found) return Place();
  const int64_t span = find.Integer(1);
  std::vector<MessageId> ids;
  while (found && find.Integer(0) >= span) {
    const MessageId first(find.Integer(0));
    if (!DecodeIds(first, find.View(4), &ids)) return DamagedBlock(first, "ids");
    if (const auto at = IndexOf(ids, id)) {
      ASSIGN_OR_RETURN(Block * block, Take(find));
      return Place{block, *at};
    }
    ASSIGN_OR_RETURN(found, find.Step());
  }
  return Place();
}

absl::StatusOr<Block*> Blocks::Load(MessageId first) {
  if (const auto known = blocks_.find(first); known != blocks_.end()) return &known->second;
  ASSIGN_OR_RETURN(Statement load, connection_.Prepare(kLoad));
  ASSIGN_OR_RETURN(const bool found, load.First(first));
  if (!found) return nullptr;
  return Take(load);
}

absl::StatusOr<Block*> Blocks::Take(const Statement& row) {
  const MessageId first(row.Integer(0));
  const auto [entry, is_new] = blocks_.try_emplace(first);
  Block& block = entry->second;
  if (!is_new) return &block;  // as this transaction left it
  block.first = first;
  block.span = MessageId(row.Integer(1));
  block.channel = row.View(2);
  block.message_class = static_cast<MessageClass>(row.Integer(3));
  if (DecodeIds(first, row.View(4), &block.ids) && DecodeStates(row.View(5), block.ids.size(), &block.states))
    return &block;
  blocks_.erase(entry);
  return DamagedBlock(first, "states");
}

absl::StatusOr<const HeadOfMessage*> Blocks::Head(const Place& place) {
  Block& block = *place.block;
  if (block.heads.empty()) {
    ASSIGN_OR_RETURN(block.heads, ReadHeads(block));
  }
  return &block.heads[place.at];
}

void Blocks::SetState(const Place& place, StateOfMessage state) {
  place.block->states.Set(place.at, std::move(state));
  place.block->states_changed = true;
}

absl::Status Blocks::SetCustomer(const Place& place, CustomerRow customer) {
  RETURN_IF_ERROR(Head(place).status());
  place.block->heads[place.at].customer = customer.value();
  place.block->heads_changed = true;
  return absl::OkStatus();
}

absl::Status Blocks::Write() {
  std::string bytes;
  for (auto& [first, block] : blocks_) {
    if (std::exchange(block.states_changed, false)) {
      EncodeStates(block.states, &bytes);
      ASSIGN_OR_RETURN(Statement set, connection_.Prepare(kSetStates));
      RETURN_IF_ERROR(set.Run(first, block.states.ReadyAt(), block.states.Present(), Blob{bytes}));
    }
    if (std::exchange(block.heads_changed, false)) {
      EncodeHeads(block.heads, &bytes);
      ASSIGN_OR_RETURN(Statement set, connection_.Prepare(kSetHeads));
      RETURN_IF_ERROR(set.Run(first, Blob{bytes}));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<MessageRow>> Blocks::Read(absl::Span<const Place> places) {
  std::vector<MessageRow> rows(places.size());
  std::vector<size_t> order(places.size());  // by block
  std::iota(order.begin(), order.end(), size_t{0});
  auto by_block = [&](size_t a, size_t b) { return places[a].block->first < places[b].block->first; };
  if (!std::is_sorted(order.begin(), order.end(), by_block)) std::stable_sort(order.begin(), order.end(), by_block);
  const Block* open = nullptr;
  std::vector<HeadOfMessage> heads;
  std::vector<std::string_view> bodies;
  std::string room;
  for (const size_t i : order) {
    const Place& place = places[i];
    if (place.block != open) {
      open = place.block;
      if (open->heads.empty()) {
        ASSIGN_OR_RETURN(heads, ReadHeads(*open));
      } else {
        heads = open->heads;
      }
      ASSIGN_OR_RETURN(bodies, ReadBodies(*open, &room));
    }
    MessageRow& row = rows[i];
    row.id = place.id();
    row.channel = open->channel;
    row.message_class = open->message_class;
    PutHead(heads[place.at], &row);
    PutState(place.state(), &row);
    row.body = bodies[place.at];
  }
  return rows;
}

absl::StatusOr<std::vector<HeadOfMessage>> Blocks::ReadHeads(const Block& block) {
  std::vector<HeadOfMessage> heads;
  ASSIGN_OR_RETURN(Statement read, connection_.Prepare(kHeads));
  ASSIGN_OR_RETURN(const bool found, read.First(block.first));
  if (!found || !DecodeHeads(read.View(0), block.ids.size(), &heads)) return DamagedBlock(block.first, "heads");
  return heads;
}

absl::StatusOr<std::vector<std::string_view>> Blocks::ReadBodies(const Block& block, std::string* room) {
  std::vector<std::string_view> bodies;
  ASSIGN_OR_RETURN(Statement read, connection_.Prepare(kBodies));
  ASSIGN_OR_RETURN(const bool found, read.First(block.first));
  if (!found || !DecodeBodies(read.View(0), block.ids.size(), room, &bodies))
    return DamagedBlock(block.first, "bodies");
  return bodies;
}

absl::Status Blocks::WriteBodies(const Block& block, absl::Span<const std::string_view> bodies) {
  std::string bytes;
  EncodeBodies(bodies, &bytes);
  ASSIGN_OR_RETURN(Statement set, connection_.Prepare(kSetBodies));
  return set.Run(block.first, Blob{bytes});
}

absl::Status Blocks::DropFront(Block& block, size_t count) {
  if (count == block.ids.size()) {
    const MessageId first = block.first;
    for (const char* sql : {kDropStates, kDropHeads, kDropBodies}) {
      ASSIGN_OR_RETURN(Statement drop, connection_.Prepare(sql));
      RETURN_IF_ERROR(drop.Run(first));
    }
    blocks_.erase(first);
    return absl::OkStatus();
  }
  std::string room, bytes;
  RETURN_IF_ERROR(Head({&block, 0}).status());
  ASSIGN_OR_RETURN(const std::vector<std::string_view> bodies, ReadBodies(block, &room));
  const auto front = static_cast<ptrdiff_t>(count);
  block.ids.erase(block.ids.begin(), block.ids.begin() + front);
  block.heads.erase(block.heads.begin(), block.heads.begin() + front);
  block.states.DropFront(count);
  block.heads_changed = block.states_changed = true;
  EncodeIds(block.first, block.ids, &bytes);
  ASSIGN_OR_RETURN(Statement set, connection_.Prepare(kSetIds));
  RETURN_IF_ERROR(set.Run(block.first, Blob{bytes}));
  RETURN_IF_ERROR(WriteBodies(block, absl::MakeConstSpan(bodies).subspan(count)));
  return Write();
}

absl::Status InsertBlock(Connection& connection, MessageId span, absl::Span<const MessageRow* const> messages) {
  const MessageRow& front = *messages.front();
  std::vector<MessageId> ids;
  BlockStates states;
  std::vector<HeadOfMessage> heads;
  std::vector<std::string_view> bodies;
  for (const MessageRow* message : messages) {
    ids.push_back(message->id);
    states.Append(StateOf(*message));
    heads.push_back(HeadOf(*message));
    bodies.push_back(message->body);
  }
  std::string id_bytes, bytes;
  EncodeIds(front.id, ids, &id_bytes);
  EncodeStates(states, &bytes);
  {
    ASSIGN_OR_RETURN(Statement insert, connection.Prepare(kInsert));
    RETURN_IF_ERROR(insert.Run(front.id, span, front.channel, static_cast<int64_t>(front.message_class),
                               states.ReadyAt(), states.Present(), Blob{id_bytes}, Blob{bytes}));
  }
  EncodeHeads(heads, &bytes);
  {
    ASSIGN_OR_RETURN(Statement insert, connection.Prepare(kInsertHeads));
    RETURN_IF_ERROR(insert.Run(front.id, Blob{bytes}));
  }
  EncodeBodies(bodies, &bytes);
  ASSIGN_OR_RETURN(Statement insert, connection.Prepare(kInsertBodies));
  return insert.Run(front.id, Blob{bytes});
}

absl::Status WalkMessages(Blocks& blocks, MessageId after, int64_t present,
                          absl::FunctionRef<absl::StatusOr<bool>(const Place&)> each) {
  const bool troubled = present != kAllStates && (present & ~kTroubledPresent) == 0;
  ASSIGN_OR_RETURN(Statement walk, blocks.connection().Prepare(troubled ? kWalkTroubled : kWalk));
  ASSIGN_OR_RETURN(bool found, walk.First(after, present));
  std::vector<Place> places;  // of a span
  while (found) {
    const int64_t span = walk.Integer(1);
    places.clear();
    for (; found && walk.Integer(1) == span;) {
      ASSIGN_OR_RETURN(Block * block, blocks.Take(walk));
      for (size_t at = 0; at < block->ids.size(); ++at)
        if (block->ids[at] > after) places.push_back({block, at});
      ASSIGN_OR_RETURN(found, walk.Step());
    }
    auto by_id = [](const Place& a, const Place& b) { return a.id() < b.id(); };
    if (!std::is_sorted(places.begin(), places.end(), by_id)) std::sort(places.begin(), places.end(), by_id);
    for (const Place& place : places) {
      ASSIGN_OR_RETURN(const bool on, each(place));
      if (!on) return absl::OkStatus();
    }
  }
  return absl::OkStatus();
}

}  // namespace cartwheel
