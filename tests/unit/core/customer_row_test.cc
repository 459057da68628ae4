// The customer row: what is written is read back, and damaged bytes are an error, never a crash.
#include "core/model/customer_row.h"

#include <cstring>
#include <random>

#include "base/checksum.h"
#include "base/packed.h"
#include "tests/catch.h"

namespace cartwheel {
namespace {

std::string Packed(std::string_view key, std::string_view text) {
  std::string packed;
  PackedWriter writer(&packed);
  writer.BeginMap();
  writer.Key(key), writer.Scalar(Value::String(text));
  writer.End();
  return packed;
}

// Every field of every struct has a value of its own, with extremes among them.
Customer Full() {
  Customer c;
  c.row = CustomerRow(7);
  c.id = "ann";
  c.anonymous = true;
  c.names = {"cann", "adev", std::string("a\0b", 3)};
  c.first_seen_at_ms = 1, c.last_seen_at_ms = INT64_MAX, c.erased_at_ms = -5;
  c.attributes = {Packed("name", "안나"), 17, {{18, 19}}};
  c.endpoints = {{"sms", "+82", 11, 14, 0, UINT64_MAX - 3}, {"web_push", "", 12}};
  c.audiences.Change() = {Packed("promo", "x"), 9, {{10, 8}}};
  c.arms = {{UINT64_MAX, 139, 140}};
  c.refused_channels = {"email"};
  Cart cart;
  cart.id = "7";
  cart.base = {CartStage::kExpired, 21, 22, -1, 27, 28};
  cart.url = "https://x";
  cart.url_at_ms = 29;
  cart.leftovers = true;
  cart.lines = {Line{UINT64_MAX, {Packed("name", "차"), 23, {{16, 15}}}, {}, LineState{30'000, 24, 25, 1, 2}},
                Line{1, {Packed("a", ""), 24, {}}}};
  c.operations.Write({{38, CartAct::kAdd, 0, 1, -50'000},
                      {39, CartAct::kOrder, CartOperation::kNoCart, 0, 0, UINT64_MAX, {}, Packed("p", "q")},
                      {40, CartAct::kSnapshot, 0, 0, 0, 0, {{1, 20'000}}, ""},
                      {40, CartAct::kActivity, 1}});
  c.operations_floor_at_ms = 13;
  c.carts = {cart, Cart()};
  c.carts_floor_at_ms = 26;
  c.recent_orders = {{31, 32, 33, true, true, 37, true}};
  c.orders = 34, c.revenue = -35, c.last_order_at_ms = 36;
  Enrolment e;
  e.id = {41, 42}, e.revision = Revision(43), e.journey = 44, e.key = "k", e.has_cart = true, e.cart = "7";
  e.entered_at_ms = 45, e.position = 46, e.planned_at_ms = 47, e.wake_at_ms = 48, e.last_message_at_ms = 49;
  e.later_at_ms = 50, e.later_event = 51, e.finished = true;
  e.messages = {{MessageId(61), 62, 63, 64, UINT64_MAX - 1, 65, 66, true, 67, 68}, {MessageId(69)}};
  e.held_out = true, e.chain = 52, e.turn = 53, e.deferred_to_ms = 54;
  Reactions& reactions = e.reactions.Change();
  reactions.heard = {{131, 132, 133}}, reactions.fates = {{134, 35, true, 55, 56}}, reactions.hears_from_ms = 57,
  reactions.jumps = {{136, 137}};
  reactions.begun_at_ms = 138, reactions.acted = true;
  reactions.calls = {{"stock", 58, {59, UINT64_MAX - 2}, 60, 61, Packed("left", "x")}};
  e.data = Packed("order", "A-7");
  reactions.spoken = {{139, 140}};
  c.enrolments = {e};
  c.exits = {{71, 0, 72}}, c.ends = {{73, 74, 75, 93}}, c.attribution_windows = {{76, 77, 78, 79}},
  c.seen = {{81, 82}, {83, 84}};
  c.occurrences = {{131, 132, 133}};
  c.last_decision = DecisionLink(91), c.filed_at_ms = 92;
  c.forgotten_carts = {{97, 98, 94, CartStage::kEmptied}};
  c.history = {{101, 102, 103, 104, Packed("value", "x")}, {105, 0, 0, 106, ""}};
  c.sent = {{MessageId(121), UINT64_MAX, Revision(122), 123, 124, 125, 70, 126, 127, 128, 129, 130, UINT64_MAX, 131}};
  c.unjudged_clicks = {{MessageId(141), 142, 143, 144, Position(145), "e"}};
  c.segments = {{111, 112}}, c.segments_version = UINT64_MAX, c.segments_due_at_ms = 113;
  return c;
}

// A plain row whose checksum is that of its bytes, whatever they are.
std::string WithItsChecksum(std::string row) {
  if (row.size() < 1 + kChecksumBytes) return row;
  const uint32_t checksum = Checksum(std::string_view(row).substr(1 + kChecksumBytes));
  std::memcpy(row.data() + 1, &checksum, kChecksumBytes);
  return row;
}

}  // namespace

TEST_CASE("customer row: written and read back, field by field") {
  Customer full = Full();
  auto read = DecodeCustomer(CustomerRow(7), EncodeCustomer(full));
  REQUIRE(read.ok());
  CHECK(DecodeErasedAt(CustomerRow(7), EncodeCustomer(full)) == absl::StatusOr<int64_t>(-5));
  const Customer& c = *read;
  CHECK(c.row == CustomerRow(7));
  CHECK(c.id == "ann");
  CHECK(c.anonymous);
  CHECK(c.names == full.names);
  CHECK((c.first_seen_at_ms == 1 && c.last_seen_at_ms == INT64_MAX && c.erased_at_ms == -5));
  CHECK((c.attributes.packed == full.attributes.packed && c.attributes.at_ms == 17 &&
         c.attributes.stamps == full.attributes.stamps));
  CHECK((c.audiences->packed == full.audiences->packed && c.audiences->at_ms == 9 &&
         c.audiences->stamps == full.audiences->stamps));
  REQUIRE(c.arms.size() == 1);
  CHECK((c.arms[0].split == UINT64_MAX && c.arms[0].arm == 139 && c.arms[0].at_ms == 140));
  REQUIRE(c.endpoints.size() == 2);
  CHECK((c.endpoints[0].channel == "sms" && c.endpoints[0].address == "+82" && c.endpoints[0].added_at_ms == 11 &&
         c.endpoints[0].removed_at_ms == 14 && c.endpoints[0].key == UINT64_MAX - 3));
  CHECK(c.refused_channels == full.refused_channels);
  REQUIRE(c.carts.size() == 2);
  const Cart& cart = c.carts[0];
  CHECK((cart.id == "7" && cart.base.stage == CartStage::kExpired && cart.url == "https://x" && cart.url_at_ms == 29 &&
         cart.leftovers));
  CHECK((cart.base.opened_at_ms == 21 && cart.base.updated_at_ms == 22 && cart.base.floor_at_ms == -1));
  CHECK((cart.base.ordered_at_ms == 27 && cart.base.emptied_at_ms == 28));
  REQUIRE(cart.lines.size() == 2);
  const Line& line = cart.lines[0];
  CHECK((line.name == UINT64_MAX && line.fields.packed == full.carts[0].lines[0].fields.packed &&
         line.fields.at_ms == 23));
  CHECK(line.fields.stamps == full.carts[0].lines[0].fields.stamps);
  CHECK((line.base->quantity == 30'000 && line.base->since_ms == 24 && line.base->at_ms == 25 && line.base->rank == 1 &&
         line.base->joined == 2));
  CHECK((line.facts.product == 0 && line.facts.currency == 0 && !line.facts.has_price));  // its fields name none
  CHECK((!cart.lines[1].base.is_set()));
  const std::vector<CartOperation> operations = c.operations.Read();
  REQUIRE(operations.size() == 4);
  const CartOperation &add = operations[0], &order = operations[1], &snapshot = operations[2];
  CHECK((add.at_ms == 38 && add.act == CartAct::kAdd && add.cart == 0 && add.line == 1 && add.quantity == -50'000));
  CHECK((order.act == CartAct::kOrder && order.cart == CartOperation::kNoCart && order.order == UINT64_MAX &&
         order.products == Packed("p", "q")));
  CHECK((snapshot.parts.size() == 1 && snapshot.parts[0].line == 1 && snapshot.parts[0].quantity == 20'000));
  CHECK((operations[3].act == CartAct::kActivity && operations[3].cart == 1 && operations[3].at_ms == 40));
  CHECK((c.operations.activities() == 1 && c.operations.first_at_ms() == 38 && c.operations.last_at_ms() == 40));
  CHECK(c.operations_floor_at_ms == 13);
  CHECK(c.carts_floor_at_ms == 26);
  REQUIRE(c.recent_orders.size() == 1);
  CHECK((c.recent_orders[0].id == 31 && c.recent_orders[0].at_ms == 32 && c.recent_orders[0].value == 33));
  CHECK((c.recent_orders[0].reported && c.recent_orders[0].cancelled && c.recent_orders[0].back == 37 &&
         c.recent_orders[0].foreign));
  CHECK((c.orders == 34 && c.revenue == -35 && c.last_order_at_ms == 36));
  REQUIRE(c.enrolments.size() == 1);
  const Enrolment& e = c.enrolments[0];
  CHECK((e.id == Digest{41, 42} && e.revision == Revision(43) && e.journey == 44 && e.key == "k" && e.has_cart &&
         e.cart == "7"));
  CHECK((e.entered_at_ms == 45 && e.position == 46 && e.planned_at_ms == 47 && e.wake_at_ms == 48));
  CHECK((e.last_message_at_ms == 49 && e.later_at_ms == 50 && e.later_event == 51 && e.finished));
  CHECK((e.held_out && e.chain == 52 && e.turn == 53 && e.deferred_to_ms == 54));
  REQUIRE((e.reactions->heard.size() == 1 && e.reactions->fates.size() == 1 && e.reactions->jumps.size() == 1));
  CHECK((e.reactions->heard[0].step == 131 && e.reactions->heard[0].alternative == 132 &&
         e.reactions->heard[0].at_ms == 133));
  const StepFate& fate = e.reactions->fates[0];
  CHECK((fate.step == 134 && fate.visit == 35 && fate.made && fate.delivered_at_ms == 55 && fate.failed_at_ms == 56));
  CHECK(e.reactions->hears_from_ms == 57);
  CHECK((e.reactions->jumps[0].step == 136 && e.reactions->jumps[0].count == 137));
  CHECK((e.reactions->begun_at_ms == 138 && e.reactions->acted));
  REQUIRE(e.reactions->calls.size() == 1);
  const StoredCall& call = e.reactions->calls[0];
  CHECK((call.step == "stock" && call.visit == 58 && call.key == Digest{59, UINT64_MAX - 2} && call.made_at_ms == 60 &&
         call.answered_at_ms == 61 && call.packed == Packed("left", "x")));
  REQUIRE(e.messages.size() == 2);
  CHECK((e.messages[0].turn == 65 && e.messages[0].visit == 66 && e.messages[0].from_opening &&
         e.messages[0].first == 67 && e.messages[0].reported_by_ms == 68));
  CHECK((e.messages[1].id == MessageId(69) && e.messages[1].visit == 1 && !e.messages[1].from_opening &&
         e.messages[1].first == 0 && !e.messages[1].accepted()));
  CHECK(e.data == Packed("order", "A-7"));
  REQUIRE(e.reactions->spoken.size() == 1);
  CHECK((e.reactions->spoken[0].step == 139 && e.reactions->spoken[0].visit == 140));
  CHECK((e.messages[0].id == MessageId(61) && e.messages[0].step == 62 && e.messages[0].via == 63 &&
         e.messages[0].expires_at_ms == 64 && e.messages[0].address == UINT64_MAX - 1));
  REQUIRE((c.exits.size() == 1 && c.ends.size() == 1 && c.attribution_windows.size() == 1 && c.seen.size() == 2));
  REQUIRE(c.occurrences.size() == 1);
  CHECK((c.occurrences[0].journey == 131 && c.occurrences[0].key == 132 && c.occurrences[0].at_ms == 133));
  CHECK((c.exits[0].journey == 71 && c.exits[0].key == 0 && c.exits[0].at_ms == 72));
  CHECK((c.ends[0].journey == 73 && c.ends[0].key == 74 && c.ends[0].at_ms == 75 && c.ends[0].message_at_ms == 93));
  CHECK((c.attribution_windows[0].journey == 76 && c.attribution_windows[0].key == 77 &&
         c.attribution_windows[0].at_ms == 78 && c.attribution_windows[0].until_ms == 79));
  CHECK((c.seen[1].id == 83 && c.seen[1].ingested_at_ms == 84));
  CHECK((c.last_decision == DecisionLink(91) && c.filed_at_ms == 92));
  REQUIRE(c.forgotten_carts.size() == 1);
  CHECK((c.forgotten_carts[0].id == 97 && c.forgotten_carts[0].floor_at_ms == 98 &&
         c.forgotten_carts[0].opened_at_ms == 94 && c.forgotten_carts[0].stage == CartStage::kEmptied));
  REQUIRE((c.history.size() == 2 && c.segments.size() == 1));
  const PastEvent& past = c.history[0];
  CHECK((past.type == 101 && past.id == 102 && past.position == 103 && past.at_ms == 104 &&
         past.properties == full.history[0].properties));
  CHECK((c.history[1].type == 105 && c.history[1].at_ms == 106 && c.history[1].properties.empty()));
  CHECK((c.segments[0].segment == 111 && c.segments[0].since_ms == 112 && c.segments_due_at_ms == 113));
  CHECK(c.segments_version == UINT64_MAX);
  REQUIRE(c.unjudged_clicks.size() == 1);
  const UnjudgedClick& click = c.unjudged_clicks[0];
  CHECK((click.message == MessageId(141) && click.judged_at_ms == 142 && click.at_ms == 143 &&
         click.ingested_at_ms == 144 && click.position == Position(145) && click.event == "e"));
  REQUIRE(c.sent.size() == 1);
  const SentMessage& sent = c.sent[0];
  CHECK((sent.id == MessageId(121) && sent.walk == UINT64_MAX && sent.revision == Revision(122) &&
         sent.journey == 123 && sent.step == 124 && sent.via == 125 && sent.visit == 70));
  CHECK((sent.at_ms == 126 && sent.opened_at_ms == 127 && sent.clicked_at_ms == 128));
  CHECK((sent.machine_opened_at_ms == 129 && sent.machine_clicked_at_ms == 130 && sent.link == UINT64_MAX &&
         sent.link_at_ms == 131));
}

TEST_CASE("customer row: every truncation and every longer row is refused") {
  std::string bytes = EncodeCustomer(Full());
  for (size_t size = 0; size < bytes.size(); ++size) {
    CAPTURE(size);
    CHECK(absl::IsDataLoss(DecodeCustomer(CustomerRow(1), bytes.substr(0, size)).status()));
  }
  CHECK(absl::IsDataLoss(DecodeCustomer(CustomerRow(1), bytes + '\0').status()));
  bytes[0] = 3;  // of another version
  CHECK(absl::IsDataLoss(DecodeCustomer(CustomerRow(1), bytes).status()));
}

TEST_CASE("customer row: every flipped bit is refused") {
  const std::string bytes = EncodeCustomer(Full());
  for (size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    std::string flipped = bytes;
    flipped[bit / 8] ^= static_cast<char>(1 << bit % 8);
    CHECK(absl::IsDataLoss(DecodeCustomer(CustomerRow(1), flipped).status()));
  }
}

TEST_CASE("customer row: flipped bits under a checksum of their own never crash, and what decodes encodes again") {
  std::mt19937_64 random(1);
  const std::string bytes = EncodeCustomer(Full());
  int read = 0;
  for (int i = 0; i < 5'000; ++i) {
    std::string damaged = bytes;
    for (uint64_t flips = 1 + random() % 3; flips > 0; --flips)
      damaged[random() % damaged.size()] ^= static_cast<char>(1 << random() % 8);
    auto customer = DecodeCustomer(CustomerRow(1), WithItsChecksum(damaged));
    if (!customer.ok()) continue;
    ++read;
    CHECK(EncodeCustomer(*customer).size() <= damaged.size() + 64);
    for (const Cart& cart : customer->carts) {
      CHECK_FALSE(CartStageName(cart.now.stage).empty());
      (void)cart.value();
    }
    (void)customer->NextAlarm(1000);
  }
  CHECK(read > 0);  // most flips are in numbers and texts
}

TEST_CASE("customer row: an operation that names what is not there is refused, and so are operations out of order") {
  // The first cart of Full() has two lines, the second none.
  const std::vector<CartOperation> bad[] = {
      {{38, CartAct::kAdd, 0, 2, kOnePiece}},
      {{38, CartAct::kRemove, 1, 0, kOnePiece}},
      {{38, CartAct::kSnapshot, 0, 0, 0, 0, {{0, 1}, {2, 1}}, ""}},
      {{38, CartAct::kEmpty, 2}},
      {{38, CartAct::kExpire, CartOperation::kNoCart}},
      {{38, CartAct::kOrder, 2}},
      {{38, CartAct::kActivity, 1}, {39, CartAct::kAdd, CartOperation::kNoCart, 0, kOnePiece}},
      {{39, CartAct::kActivity, 1}, {38, CartAct::kActivity, 1}},
  };
  Customer c = Full();
  REQUIRE(DecodeCustomer(CustomerRow(1), EncodeCustomer(c)).ok());
  for (const std::vector<CartOperation>& operations : bad) {
    c.operations.Write(operations);
    CAPTURE(&operations - bad);
    CHECK(absl::IsDataLoss(DecodeCustomer(CustomerRow(1), EncodeCustomer(c)).status()));
  }
}

TEST_CASE("customer row: a row that is read into another customer leaves nothing of that one") {
  Customer c = Full();
  REQUIRE(DecodeCustomer(CustomerRow(1), EncodeCustomer(Full()), &c).ok());
  Customer few;
  few.names = {"cbob"};
  few.carts.resize(1);
  REQUIRE(DecodeCustomer(CustomerRow(2), EncodeCustomer(few), &c).ok());
  CHECK(c.operations.empty());
  CHECK((c.carts.size() == 1 && !c.carts[0].open() && c.carts[0].items.empty()));
  CHECK(EncodeCustomer(c) == EncodeCustomer(few));
}

TEST_CASE("customer row: random bytes are refused or read, never a crash") {
  std::mt19937_64 random(2);
  const char version = EncodeCustomer(Full()).front();
  for (int i = 0; i < 5'000; ++i) {
    std::string bytes(1 + random() % 200, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    bytes[0] = version;
    (void)DecodeCustomer(CustomerRow(1), bytes);
    (void)DecodeCustomer(CustomerRow(1), WithItsChecksum(bytes));
  }
}

TEST_CASE("customer row: the next alarm is the earliest wake or the end of an idle cart") {
  Customer c;
  CHECK(c.NextAlarm(100) == 0);
  c.carts.emplace_back();  // never filled: nothing will happen to it
  CHECK(c.NextAlarm(100) == 0);
  c.carts[0].now.opened_at_ms = 10;
  c.carts[0].now.updated_at_ms = 50;
  CHECK(c.NextAlarm(100) == 150);
  c.enrolments.emplace_back().wake_at_ms = 160;
  CHECK(c.NextAlarm(100) == 150);
  c.enrolments.emplace_back().wake_at_ms = 140;
  CHECK(c.NextAlarm(100) == 140);
  c.carts[0].now.stage = CartStage::kOrdered;
  c.enrolments.clear();
  CHECK(c.NextAlarm(100) == 0);
}

}  // namespace cartwheel
