#include "store/sqlite/blocks.h"

#include <algorithm>
#include <utility>

#include "base/codec.h"
#include "base/compress.h"
#include "store/sqlite/message_state_sql.h"

namespace cartwheel {
namespace {

// The fields of a row, in the order of their bits: what changes often comes first, in the bits of one byte.
template <typename Row>
struct Fields;

template <>
struct Fields<StateOfMessage> {
  using Row = StateOfMessage;
  static constexpr int64_t Row::*kNumbers[] = {&Row::state,         &Row::not_before_ms,  &Row::reason,
                                               &Row::settled_at_ms, &Row::token,          &Row::first_handed_ms,
                                               &Row::lease_end_ms,  &Row::idempotency_ms, &Row::lease_boot,
                                               &Row::attempts,      &Row::uncertain,      &Row::revoked};
  static constexpr std::string Row::*kTexts[] = {&Row::reason_detail};
};

template <>
struct Fields<HeadOfMessage> {
  using Row = HeadOfMessage;
  static constexpr int64_t Row::*kNumbers[] = {&Row::customer, &Row::expires_at_ms, &Row::made_at_ms,
                                               &Row::fresh_until_ms, &Row::link};
  static constexpr std::string Row::*kTexts[] = {&Row::purpose, &Row::medium};
};

// Numbers may be any: a distance that does not fit wraps around, there and back.
int64_t Distance(int64_t from, int64_t to) {
  return static_cast<int64_t>(static_cast<uint64_t>(to) - static_cast<uint64_t>(from));
}
int64_t Go(int64_t from, int64_t distance) {
  return static_cast<int64_t>(static_cast<uint64_t>(from) + static_cast<uint64_t>(distance));
}

template <typename Row>
void WriteDifference(const Row& before, const Row& now, ByteWriter& writer) {
  uint64_t differs = 0, bit = 1;
  for (const auto number : Fields<Row>::kNumbers) {
    if (before.*number != now.*number) differs |= bit;
    bit <<= 1;
  }
  for (const auto text : Fields<Row>::kTexts) {
    if (before.*text != now.*text) differs |= bit;
    bit <<= 1;
  }
  writer.Varint(differs);
  bit = 1;
  for (const auto number : Fields<Row>::kNumbers) {
    if ((differs & bit) != 0) writer.Signed(Distance(before.*number, now.*number));
    bit <<= 1;
  }
  for (const auto text : Fields<Row>::kTexts) {
    if ((differs & bit) != 0) writer.Text(now.*text);
    bit <<= 1;
  }
}

// `*row` is the one before, and becomes the one that was written.
template <typename Row>
void ReadDifference(ByteReader& reader, Row* row) {
  const uint64_t differs = reader.Varint();
  uint64_t bit = 1;
  for (const auto number : Fields<Row>::kNumbers) {
    if ((differs & bit) != 0) row->*number = Go(row->*number, reader.Signed());
    bit <<= 1;
  }
  for (const auto text : Fields<Row>::kTexts) {
    if ((differs & bit) != 0) row->*text = reader.Text();
    bit <<= 1;
  }
  if (differs >= bit) reader.Fail();
}

bool IsPossible(const StateOfMessage& state) {
  return state.state >= 0 && state.state <= static_cast<int64_t>(MessageState::kDead) &&
         IsReason(static_cast<uint64_t>(state.reason));
}

}  // namespace

StateOfMessage StateOf(const MessageRow& message) {
  return {.state = static_cast<int64_t>(message.state),
          .not_before_ms = message.not_before_ms,
          .reason = static_cast<int64_t>(message.reason),
          .settled_at_ms = message.settled_at_ms,
          .token = message.token.value(),
          .attempts = message.attempts,
          .first_handed_ms = message.first_handed_ms,
          .lease_end_ms = message.lease.monotonic_ms,
          .idempotency_ms = message.idempotency_ms,
          .lease_boot = static_cast<int64_t>(message.lease.boot),
          .uncertain = message.uncertain,
          .revoked = message.revoked,
          .reason_detail = message.reason_detail};
}

void PutState(const StateOfMessage& state, MessageRow* message) {
  message->state = state.message_state();
  message->not_before_ms = state.not_before_ms;
  message->reason = static_cast<Reason>(state.reason);
  message->settled_at_ms = state.settled_at_ms;
  message->token = ClaimToken(state.token);
  message->attempts = static_cast<int32_t>(state.attempts);
  message->first_handed_ms = state.first_handed_ms;
  message->lease = state.lease();
  message->idempotency_ms = state.idempotency_ms;
  message->uncertain = state.uncertain != 0;
  message->revoked = state.revoked != 0;
  message->reason_detail = state.reason_detail;
}

HeadOfMessage HeadOf(const MessageRow& message) {
  return {.customer = message.customer.value(),
          .expires_at_ms = message.expires_at_ms,
          .made_at_ms = message.made_at_ms,
          .fresh_until_ms = message.fresh_until_ms,
          .link = static_cast<int64_t>(message.link),
          .purpose = message.purpose,
          .medium = message.medium};
}

void PutHead(HeadOfMessage head, MessageRow* message) {
  message->customer = CustomerRow(head.customer);
  message->expires_at_ms = head.expires_at_ms;
  message->made_at_ms = head.made_at_ms;
  message->fresh_until_ms = head.fresh_until_ms;
  message->link = static_cast<uint64_t>(head.link);
  message->purpose = std::move(head.purpose);
  message->medium = std::move(head.medium);
}

uint16_t BlockStates::KindOf(StateOfMessage state) {
  if (last_ < kinds_.size() && kinds_[last_] == state) return last_;
  kinds_.push_back(std::move(state));
  last_ = static_cast<uint16_t>(kinds_.size() - 1);
  return last_;
}

void BlockStates::Append(StateOfMessage state, size_t times) {
  kind_of_.insert(kind_of_.end(), times, KindOf(std::move(state)));
}

void BlockStates::Set(size_t at, StateOfMessage state) { kind_of_[at] = KindOf(std::move(state)); }

int64_t BlockStates::Present() const {
  int64_t present = 0;
  for (const uint16_t kind : kind_of_) present |= StateBit(kinds_[kind].message_state());
  return present;
}

int64_t BlockStates::ReadyAt() const {
  int64_t ready_at_ms = INT64_MAX;
  for (const uint16_t kind : kind_of_) {
    const StateOfMessage& state = kinds_[kind];
    if (state.message_state() == MessageState::kWaiting) ready_at_ms = std::min(ready_at_ms, state.not_before_ms);
  }
  return ready_at_ms == INT64_MAX ? 0 : ready_at_ms;
}

void EncodeIds(MessageId first, absl::Span<const MessageId> ids, std::string* out) {
  out->clear();
  ByteWriter writer(out);
  int64_t last = first.value();
  for (size_t at = 0; at < ids.size();) {
    const int64_t step = ids[at].value() - last;
    size_t times = 0;
    for (; at < ids.size() && ids[at].value() - last == step; ++at, ++times) last = ids[at].value();
    writer.Varint(static_cast<uint64_t>(step));
    writer.Varint(times);
  }
}

bool DecodeIds(MessageId first, std::string_view bytes, std::vector<MessageId>* out) {
  out->clear();
  ByteReader reader(bytes);
  int64_t last = first.value();
  while (reader.ok() && !reader.at_end()) {
    const uint64_t step = reader.Varint();
    const uint64_t times = reader.Varint();
    const bool stays = step == 0 && (!out->empty() || times != 1);
    if (stays || times > kBlockMessages - out->size() || step > static_cast<uint64_t>(INT64_MAX - last) / (times + 1))
      return false;
    for (uint64_t i = 0; i < times; ++i) out->emplace_back(last += static_cast<int64_t>(step));
  }
  return reader.ok() && !out->empty();
}

void EncodeStates(const BlockStates& states, std::string* out) {
  out->clear();
  ByteWriter writer(out);
  const StateOfMessage none;
  const StateOfMessage* last = &none;
  for (size_t at = 0; at < states.size();) {
    const StateOfMessage& state = states[at];
    size_t end = at + 1;
    while (end < states.size() && (&states[end] == &state || states[end] == state)) ++end;
    writer.Varint(end - at);
    WriteDifference(*last, state, writer);
    last = &state;
    at = end;
  }
}

bool DecodeStates(std::string_view bytes, size_t count, BlockStates* out) {
  *out = BlockStates();
  ByteReader reader(bytes);
  StateOfMessage state;
  while (reader.ok() && !reader.at_end()) {
    const uint64_t times = reader.Varint();
    ReadDifference(reader, &state);
    if (!reader.ok() || times == 0 || times > count - out->size() || !IsPossible(state)) return false;
    out->Append(state, times);
  }
  return reader.ok() && out->size() == count;
}

void EncodeHeads(absl::Span<const HeadOfMessage> heads, std::string* out) {
  out->clear();
  ByteWriter writer(out);
  const HeadOfMessage none;
  const HeadOfMessage* last = &none;
  for (const HeadOfMessage& head : heads) {
    WriteDifference(*last, head, writer);
    last = &head;
  }
}

bool DecodeHeads(std::string_view bytes, size_t count, std::vector<HeadOfMessage>* out) {
  out->clear();
  out->reserve(count);
  ByteReader reader(bytes);
  HeadOfMessage head;
  while (reader.ok() && out->size() < count) {
    ReadDifference(reader, &head);
    out->push_back(head);
  }
  return reader.ok() && reader.at_end();
}

void EncodeBodies(absl::Span<const std::string_view> bodies, std::string* out) {
  std::string texts;
  ByteWriter writer(&texts);
  for (const std::string_view body : bodies) writer.Text(body);
  CompressQuickly(texts, out);
}

bool DecodeBodies(std::string_view bytes, size_t count, std::string* room, std::vector<std::string_view>* out) {
  out->clear();
  if (!Decompress(bytes, room).ok()) return false;
  ByteReader reader(*room);
  while (reader.ok() && out->size() < count) out->push_back(reader.Text());
  return reader.ok() && reader.at_end();
}

}  // namespace cartwheel
