// The customer row: what is written is read back, and damaged bytes are an error, never a crash.
#include <random>

#include "base/packed.h"
#include "core/customer.h"
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
  c.row = 7;
  c.id = "ann";
  c.anonymous = true;
  c.names = {"cann", "adev", std::string("a\0b", 3)};
  c.first_seen_at_ms = 1, c.last_seen_at_ms = INT64_MAX, c.erased_at_ms = -5;
  c.attributes = Packed("name", "안나");
  c.endpoints = {{"sms", "+82", 11}, {"web_push", "", 12}};
  c.refused_channels = {"email"};
  Cart cart;
  cart.id = "7", cart.stage = CartStage::kExpired;
  cart.opened_at_ms = 21, cart.updated_at_ms = 22, cart.floor_at_ms = -1;
  cart.currency = "KRW", cart.url = "https://x";
  cart.items = {{UINT64_MAX, 3, INT64_MIN, 23, Packed("name", "차")}, {1, 1, 0, 24, Packed("a", "")}};
  cart.removals = {{2, 25}};
  c.carts = {cart, Cart()};
  c.carts_floor_at_ms = 26;
  c.recent_orders = {{31, 32, 33, true, true, 37}};
  c.orders = 34, c.revenue = -35, c.last_order_at_ms = 36;
  Enrolment e;
  e.id = {41, 42}, e.revision = 43, e.journey = 44, e.key = "k", e.has_cart = true, e.cart = "7";
  e.entered_at_ms = 45, e.position = 46, e.planned_at_ms = 47, e.wake_at_ms = 48, e.last_message_at_ms = 49;
  e.later_at_ms = 50, e.later_event = 51, e.finished = true;
  e.messages = {{61, 62, 63, 64}};
  c.enrolments = {e};
  c.exits = {{71, 0, 72}}, c.ends = {{73, 74, 75, 93}}, c.touches = {{76, 77, 78, 79}}, c.seen = {{81, 82}, {83, 84}};
  c.last_decision = 91, c.filed_at_ms = 92;
  c.forgotten_carts = {{97, 98}};
  c.history = {{101, 102, 103, 104, Packed("value", "x")}, {105, 0, 0, 106, ""}};
  c.sent = {{121, UINT64_MAX, 122, 123, 124, 125, 126, 127, 128}};
  c.segments = {{111, 112}}, c.segments_version = UINT64_MAX, c.segments_due_at_ms = 113;
  return c;
}

}  // namespace

TEST_CASE("customer row: written and read back, field by field") {
  Customer full = Full();
  auto read = DecodeCustomer(7, EncodeCustomer(full));
  REQUIRE(read.ok());
  const Customer& c = *read;
  CHECK(c.row == 7);
  CHECK(c.id == "ann");
  CHECK(c.anonymous);
  CHECK(c.names == full.names);
  CHECK((c.first_seen_at_ms == 1 && c.last_seen_at_ms == INT64_MAX && c.erased_at_ms == -5));
  CHECK(c.attributes == full.attributes);
  REQUIRE(c.endpoints.size() == 2);
  CHECK((c.endpoints[0].channel == "sms" && c.endpoints[0].address == "+82" && c.endpoints[0].added_at_ms == 11));
  CHECK(c.refused_channels == full.refused_channels);
  REQUIRE(c.carts.size() == 2);
  const Cart& cart = c.carts[0];
  CHECK((cart.id == "7" && cart.stage == CartStage::kExpired && cart.currency == "KRW" && cart.url == "https://x"));
  CHECK((cart.opened_at_ms == 21 && cart.updated_at_ms == 22 && cart.floor_at_ms == -1));
  REQUIRE(cart.items.size() == 2);
  CHECK((cart.items[0].product == UINT64_MAX && cart.items[0].quantity == 3 && cart.items[0].price == INT64_MIN));
  CHECK((cart.items[0].at_ms == 23 && cart.items[0].properties == full.carts[0].items[0].properties));
  REQUIRE(cart.removals.size() == 1);
  CHECK((cart.removals[0].product == 2 && cart.removals[0].at_ms == 25));
  CHECK(c.carts_floor_at_ms == 26);
  REQUIRE(c.recent_orders.size() == 1);
  CHECK((c.recent_orders[0].id == 31 && c.recent_orders[0].at_ms == 32 && c.recent_orders[0].value == 33));
  CHECK((c.recent_orders[0].reported && c.recent_orders[0].cancelled && c.recent_orders[0].back == 37));
  CHECK((c.orders == 34 && c.revenue == -35 && c.last_order_at_ms == 36));
  REQUIRE(c.enrolments.size() == 1);
  const Enrolment& e = c.enrolments[0];
  CHECK((e.id == Digest{41, 42} && e.revision == 43 && e.journey == 44 && e.key == "k" && e.has_cart && e.cart == "7"));
  CHECK((e.entered_at_ms == 45 && e.position == 46 && e.planned_at_ms == 47 && e.wake_at_ms == 48));
  CHECK((e.last_message_at_ms == 49 && e.later_at_ms == 50 && e.later_event == 51 && e.finished));
  REQUIRE(e.messages.size() == 1);
  CHECK((e.messages[0].id == 61 && e.messages[0].step == 62 && e.messages[0].via == 63 && e.messages[0].expires_at_ms == 64));
  REQUIRE((c.exits.size() == 1 && c.ends.size() == 1 && c.touches.size() == 1 && c.seen.size() == 2));
  CHECK((c.exits[0].journey == 71 && c.exits[0].key == 0 && c.exits[0].at_ms == 72));
  CHECK((c.ends[0].journey == 73 && c.ends[0].key == 74 && c.ends[0].at_ms == 75 && c.ends[0].message_at_ms == 93));
  CHECK((c.touches[0].journey == 76 && c.touches[0].key == 77 && c.touches[0].at_ms == 78 && c.touches[0].until_ms == 79));
  CHECK((c.seen[1].id == 83 && c.seen[1].ingested_at_ms == 84));
  CHECK((c.last_decision == 91 && c.filed_at_ms == 92));
  REQUIRE(c.forgotten_carts.size() == 1);
  CHECK((c.forgotten_carts[0].id == 97 && c.forgotten_carts[0].floor_at_ms == 98));
  REQUIRE((c.history.size() == 2 && c.segments.size() == 1));
  const PastEvent& past = c.history[0];
  CHECK((past.type == 101 && past.id == 102 && past.position == 103 && past.at_ms == 104 && past.properties == full.history[0].properties));
  CHECK((c.history[1].type == 105 && c.history[1].at_ms == 106 && c.history[1].properties.empty()));
  CHECK((c.segments[0].segment == 111 && c.segments[0].since_ms == 112 && c.segments_due_at_ms == 113));
  CHECK(c.segments_version == UINT64_MAX);
  REQUIRE(c.sent.size() == 1);
  const SentMessage& sent = c.sent[0];
  CHECK((sent.id == 121 && sent.walk == UINT64_MAX && sent.revision == 122 && sent.journey == 123 && sent.step == 124 && sent.via == 125));
  CHECK((sent.at_ms == 126 && sent.opened_at_ms == 127 && sent.clicked_at_ms == 128));
}

TEST_CASE("customer row: those of the versions before, which knew no history and nothing of what was sent, are read") {
  const auto version = static_cast<char>(GENERATE(1, 2));
  Customer full = Full();
  full.sent.clear();
  if (version == 1) {
    full.forgotten_carts.clear(), full.history.clear(), full.segments.clear();
    full.segments_version = 0, full.segments_due_at_ms = 0;
  }
  std::string bytes = EncodeCustomer(full);
  bytes.resize(bytes.size() - (version == 1 ? 6 : 1));  // an empty list; three more, and two zeros
  bytes[0] = version;
  Customer read = Full();  // what was there before goes
  REQUIRE(DecodeCustomer(7, bytes, &read).ok());
  CHECK(EncodeCustomer(read) == EncodeCustomer(full));
}

TEST_CASE("customer row: every truncation and every longer row is refused") {
  std::string bytes = EncodeCustomer(Full());
  for (size_t size = 0; size < bytes.size(); ++size) {
    CAPTURE(size);
    CHECK(absl::IsDataLoss(DecodeCustomer(1, bytes.substr(0, size)).status()));
  }
  CHECK(absl::IsDataLoss(DecodeCustomer(1, bytes + '\0').status()));
  bytes[0] = 4;
  CHECK(absl::IsDataLoss(DecodeCustomer(1, bytes).status()));
}

TEST_CASE("customer row: flipped bits never crash, and what decodes encodes again and can be looked at") {
  std::mt19937_64 random(1);
  const std::string bytes = EncodeCustomer(Full());
  int read = 0;
  for (int i = 0; i < 5'000; ++i) {
    std::string damaged = bytes;
    for (uint64_t flips = 1 + random() % 3; flips > 0; --flips)
      damaged[random() % damaged.size()] ^= static_cast<char>(1 << random() % 8);
    auto customer = DecodeCustomer(1, damaged);
    if (!customer.ok()) continue;
    ++read;
    CHECK(EncodeCustomer(*customer).size() <= damaged.size() + 64);
    for (const Cart& cart : customer->carts) {
      CHECK_FALSE(CartStageName(cart.stage).empty());
      (void)cart.value();
    }
    (void)customer->NextAlarm(1000);
  }
  CHECK(read > 0);  // most flips are in numbers and texts
}

TEST_CASE("customer row: random bytes are refused or read, never a crash") {
  std::mt19937_64 random(2);
  for (int i = 0; i < 5'000; ++i) {
    std::string bytes(random() % 200, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    if (!bytes.empty()) bytes[0] = 1;
    (void)DecodeCustomer(1, bytes);
  }
}

TEST_CASE("customer row: the next alarm is the earliest wake or the end of an idle cart") {
  Customer c;
  CHECK(c.NextAlarm(100) == 0);
  c.carts.emplace_back();  // never filled: nothing will happen to it
  CHECK(c.NextAlarm(100) == 0);
  c.carts[0].opened_at_ms = 10, c.carts[0].updated_at_ms = 50;
  CHECK(c.NextAlarm(100) == 150);
  c.enrolments.emplace_back().wake_at_ms = 160;
  CHECK(c.NextAlarm(100) == 150);
  c.enrolments.emplace_back().wake_at_ms = 140;
  CHECK(c.NextAlarm(100) == 140);
  c.carts[0].stage = CartStage::kOrdered;
  c.enrolments.clear();
  CHECK(c.NextAlarm(100) == 0);
}

}  // namespace cartwheel
