// What lies on the disk: damaged bytes are refused or read, never trusted; what reads is written back to what reads the
// same.
#include <algorithm>
#include <cstring>

#include "base/checksum.h"
#include "base/compress.h"
#include "base/json_text.h"
#include "base/packed.h"
#include "base/status.h"
#include "core/model/customer_row.h"
#include "core/model/decision.h"
#include "core/model/event.h"
#include "core/model/receipt.h"
#include "core/model/row_sections.h"
#include "store/sqlite/blocks.h"
#include "tests/fuzz/fuzz.h"

namespace cartwheel::fuzz {
namespace {

void ReadAndWrite(std::string_view bytes) {
  const auto customer = DecodeCustomer(CustomerRow(7), bytes);
  if (!customer.ok()) return Check(absl::IsDataLoss(customer.status()), "a damaged row is DataLoss");
  const std::string written = EncodeCustomer(*customer);
  const auto again = DecodeCustomer(CustomerRow(7), written);
  Check(again.ok() && EncodeCustomer(*again) == written, "a row is written and read back");
  (void)customer->NextAlarm(1'000);
  for (const Cart& cart : customer->carts) (void)cart.value();
}

// As it is, and under a checksum of its own: what would be refused is looked at too.
void Row(std::string_view bytes) {
  ReadAndWrite(bytes);
  if (bytes.size() < 1 + kChecksumBytes) return;
  std::string row(bytes);
  const uint32_t checksum = Checksum(bytes.substr(1 + kChecksumBytes));
  std::memcpy(row.data() + 1, &checksum, kChecksumBytes);
  ReadAndWrite(row);
}

// A change that follows a row: it applies or is refused; and of two rows there is one.
void Change(std::string_view bytes) {
  const size_t high = Choose(bytes, 256), low = Choose(bytes, 256);
  const size_t size = std::min(256 * high + low, bytes.size());
  const std::string_view row = bytes.substr(0, size), other = bytes.substr(size);
  std::string applied, change;
  (void)ApplyRowChange(row, other, &applied);
  if (!WriteRowChange(row, other, &change)) return;
  Check(ApplyRowChange(row, change, &applied) && applied == other, "a change makes the row that it was written for");
}

void Packed(std::string_view bytes) {
  if (!ValidPacked(bytes)) return;
  const Value value = ReadPacked(bytes);
  std::string json, copy;
  AppendJson(value, &json);
  PackedWriter(&copy).Any(value);
  Check(ValidPacked(copy), "a copy of a value is packed");
  std::string copied;
  AppendJson(ReadPacked(copy), &copied);
  Check(copied == json, "a copy of a value is equal");
}

void Compressed(std::string_view bytes) {
  std::string plain;
  if (!Decompress(bytes, &plain).ok()) return;
  Check(*Decompress(Compress(plain)) == plain, "what was compressed comes back");
}

void Events(std::string_view bytes) {
  EventCursor cursor(bytes);
  for (Event event; cursor.Next(&event);) {
    EventBatch batch;
    batch.Append(event);
    (void)event.Get("cart_id");
    (void)ReadReceipt(event);
  }
}

void Decisions(std::string_view bytes) {
  for (const Decision& decision : DecodeDecisions(bytes)) (void)DecisionName(decision.kind);
}

void OutboxBlock(std::string_view bytes) {
  std::string written;
  if (std::vector<MessageId> ids, again; DecodeIds(MessageId(7), bytes, &ids)) {
    EncodeIds(MessageId(7), ids, &written);
    Check(DecodeIds(MessageId(7), written, &again) && again == ids, "ids are written and read back");
  }
  const size_t count = bytes.empty() ? 1 : static_cast<unsigned char>(bytes[0]) % kBlockMessages + 1;
  if (!bytes.empty()) bytes.remove_prefix(1);
  if (BlockStates states, again; DecodeStates(bytes, count, &states)) {
    EncodeStates(states, &written);
    Check(DecodeStates(written, count, &again), "states are written and read back");
    for (size_t at = 0; at < count; ++at) Check(states[at] == again[at], "a state is read back as it was");
    Check(states.Present() == again.Present() && states.ReadyAt() == again.ReadyAt(), "what is said of states agrees");
  }
  if (std::vector<HeadOfMessage> heads, again; DecodeHeads(bytes, count, &heads)) {
    EncodeHeads(heads, &written);
    Check(DecodeHeads(written, count, &again) && again == heads, "heads are written and read back");
  }
  std::string room, room_again;
  if (std::vector<std::string_view> bodies, again; DecodeBodies(bytes, count, &room, &bodies)) {
    EncodeBodies(bodies, &written);
    Check(DecodeBodies(written, count, &room_again, &again) && again == bodies, "bodies are written and read back");
  }
}

constexpr void (*kKinds[])(std::string_view) = {Row, Packed, Compressed, Events, Decisions, OutboxBlock, Change};

}  // namespace

void Fuzz(std::string_view input) {
  const size_t kind = Choose(input, std::size(kKinds));
  kKinds[kind](input);
}

std::vector<std::string> Seeds() {
  std::string properties;
  PackedWriter map(&properties);
  map.BeginMap(), map.Key("price"), map.Scalar(Value::Decimal(12'900)), map.Key("name"),
      map.Scalar(Value::String("모자"));
  map.Key("tags"), map.BeginList(), map.Scalar(Value::Bool(true)), map.Scalar(Value::Timestamp(5)), map.End(),
      map.End();

  Customer customer{
      .id = "ann", .names = {"cann"}, .first_seen_at_ms = 1'767'225'600'000, .attributes = {properties, 3, {{4, 5}}}};
  customer.endpoints = {{"sms", "+82", 5}};
  Cart cart;
  cart.id = "c";
  PutLine(cart, properties, 2 * kOnePiece, 1'767'225'700'000);
  customer.carts = {cart};
  customer.operations.Write({{1'767'225'800'000, CartAct::kAdd, 0, 0, kOnePiece},
                             {1'767'225'900'000, CartAct::kSnapshot, 0, 0, 0, 0, {{0, kOnePiece}}, ""}});
  customer.enrolments = {{.id = {1, 2},
                          .key = "c",
                          .has_cart = true,
                          .cart = "c",
                          .wake_at_ms = 9,
                          .messages = {{MessageId(1), 2, 3, 4, 5}}}};
  customer.recent_orders = {{1, 2, 3, true, false, 4}};
  customer.seen = {{1, 2}, {3, 4}};

  EventBatch batch;
  batch.Append({.type = EventType::kProductAdded,
                .type_name = "product_added",
                .id = "1",
                .customer = "ann",
                .at_ms = 7,
                .properties = properties});
  std::string decision;
  EncodeDecision({DecisionKind::kMessage, 1, 2, MessageId(3), "cart", "first", Reason::kGone, "no such number"},
                 &decision);
  BlockStates states;
  states.Append(StateOf(MessageRow{.not_before_ms = 5}));
  states.Append(StateOf(MessageRow{.state = MessageState::kFailed, .reason = Reason::kGone, .reason_detail = "no"}));
  std::string block;
  EncodeStates(states, &block);
  const std::string row = EncodeCustomer(customer);
  customer.seen.push_back({5, 6});
  customer.carts[0].url = "https://shop.test/cart";
  const std::string two_rows = std::string{static_cast<char>(row.size() / 256), static_cast<char>(row.size() % 256)} +
                               row + EncodeCustomer(customer);
  const std::string kinds[] = {row,         properties,          Compress(std::string(500, 'a') + properties),
                               batch.bytes, decision + decision, '\1' + block,
                               two_rows};
  std::vector<std::string> seeds;
  std::string longest;  // found by fuzzing: a span that has no positive counterpart
  PackedWriter(&longest).Scalar(Value::Duration(INT64_MIN));
  seeds.push_back('\1' + longest);
  for (size_t kind = 0; kind < std::size(kinds); ++kind) seeds.push_back(static_cast<char>(kind) + kinds[kind]);
  return seeds;
}

}  // namespace cartwheel::fuzz
