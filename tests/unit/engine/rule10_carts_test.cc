// The 17th cart: the cart that gives way ends as an event that journeys and the trail see, never in silence.
#include "cartwheel/limits.h"
#include "tests/unit/engine/shop.h"

namespace cartwheel {
namespace {

// Fills carts 0, 1, … one a minute.
void FillCarts(Shop& shop, size_t count) {
  for (size_t i = 0; i < count; ++i)
    shop.Event("product_added", "ann", kDay0 + static_cast<int64_t>(i) * kMinuteMs,
               fmt::format(R"({{"product_id":"p","cart_id":"k{}"}})", i));
}

std::string WithExit() {
  std::string text = RemindersOnly();
  const std::string_view exit = R"({"on": "cart_emptied"})";
  const size_t at = text.find(exit);
  return text.substr(0, at) + R"({"on": "cart_expired"}, )" + text.substr(at);
}

}  // namespace

TEST_CASE("rule 10: as many carts as there may be are kept, the next one expires the one idle longest") {
  Shop shop(NewMemoryStore(), WithExit());
  FillCarts(shop, kCartsMax);
  CHECK(shop.AdvanceTo(kDay0 + kHourMs).exits == 0);
  CHECK_FALSE(Has(shop.Query("why", "ann"), "cart_expired"));
  shop.clock().Set(kDay0 + 2 * kHourMs);
  // The oldest was looked at since: it is not the one that is idle longest.
  shop.Event("cart_viewed", "ann", kDay0 + 2 * kHourMs, R"({"cart_id":"k0"})");
  shop.Event("product_added", "ann", kDay0 + 2 * kHourMs, R"({"product_id":"p","cart_id":"k16"})");
  const AdvanceResult result = shop.AdvanceTo(kDay0 + 2 * kHourMs);
  CHECK(result.refused == 0);
  CHECK(result.exits == 1);
  const std::string why = shop.Query("why", "ann");
  CHECK(Has(why, "cart_expired"));
  CHECK(Has(why, R"(carts_max: cart \"k1\")"));
  const std::string ann = shop.Query("customer", "ann");
  CHECK(Has(ann, R"("id":"k0")"));
  CHECK_FALSE(Has(ann, R"("id":"k1")"));
  CHECK(Has(ann, R"("id":"k16")"));
}

TEST_CASE("rule 10: what waits for the cart that gave way is revoked, whatever the journey's exits say") {
  Shop shop;
  FillCarts(shop, kCartsMax);
  shop.RunTo(kDay0 + 24 * kHourMs + kHourMs);
  REQUIRE(shop.Outbox().size() == kCartsMax);
  for (const std::string& line : shop.Outbox()) CHECK(Has(line, ":waiting"));
  shop.Event("product_added", "ann", shop.clock().NowMs(), R"({"product_id":"p","cart_id":"k16"})");
  shop.AdvanceTo(shop.clock().NowMs());
  size_t revoked = 0;
  for (const std::string& line : shop.Outbox()) revoked += Has(line, ":revoked");
  CHECK(revoked == 1);
}

TEST_CASE("rule 10: of closed carts the longest closed is forgotten first, and nothing expires") {
  Shop shop(NewMemoryStore(), WithExit());
  FillCarts(shop, kCartsMax);
  shop.clock().Set(kDay0 + 2 * kHourMs);
  shop.Event("cart_emptied", "ann", kDay0 + kHourMs, R"({"cart_id":"k5"})");
  shop.Event("product_added", "ann", kDay0 + 2 * kHourMs, R"({"product_id":"p","cart_id":"k16"})");
  shop.AdvanceTo(kDay0 + 2 * kHourMs);
  CHECK_FALSE(Has(shop.Query("why", "ann"), "cart_expired"));
  CHECK(Has(shop.Query("customer", "ann"), R"("id":"k0")"));
  CHECK_FALSE(Has(shop.Query("customer", "ann"), R"("id":"k5")"));
}

TEST_CASE("rule 10: a merge keeps as many carts as there may be, and says which gave way") {
  Shop shop(NewMemoryStore(), WithExit());
  FillCarts(shop, kCartsMax);
  for (const char* cart : {"d0", "d1", "k0"})
    shop.DeviceEvent("product_added", "dev", kDay0, fmt::format(R"({{"product_id":"p","cart_id":"{}"}})", cart));
  CHECK(shop.AdvanceTo(kDay0 + kHourMs).exits == 0);
  shop.Identify("ann", "dev", kDay0 + kHourMs);
  shop.AdvanceTo(kDay0 + kHourMs);
  const std::string why = shop.Query("why", "ann");
  CHECK(Has(why, R"(carts_max: cart \"d0\")"));
  CHECK(Has(why, R"(carts_max: cart \"d1\")"));
  CHECK_FALSE(Has(why, R"(carts_max: cart \"k)"));
  shop.RunTo(kDay0 + 25 * kHourMs);
  CHECK(shop.Outbox().size() == kCartsMax);
}

TEST_CASE("rule 10: a device's carts that give way in a merge leave the others as they were") {
  Shop shop;
  FillCarts(shop, kCartsMax - 1);
  shop.clock().Set(kDay0 + 3 * kHourMs);
  shop.DeviceEvent("product_added", "dev", kDay0, R"({"product_id":"tea"})");
  // Of a cart that is unknown: it is of everything.
  shop.DeviceEvent("order_completed", "dev", kDay0 + kHourMs, R"({"order_id":"o","cart_id":"never_seen"})");
  shop.DeviceEvent("product_added", "dev", kDay0 + 2 * kHourMs, R"({"product_id":"cup"})");
  shop.Identify("ann", "dev", kDay0 + 3 * kHourMs);
  shop.AdvanceTo(kDay0 + 3 * kHourMs);
  const std::string ann = shop.Query("customer", "ann");
  CHECK(Has(ann, "cup"));
  CHECK_FALSE(Has(ann, "tea"));
}

TEST_CASE("rule 10: a closed cart of which little is kept stays known: an order that names it is about no other") {
  Shop shop;
  shop.Event("product_added", "ann", kDay0, R"({"product_id":"p","cart_id":"k1"})");
  const std::string_view closing = GENERATE("order_completed", "cart_emptied");
  CAPTURE(closing);
  shop.Event(closing, "ann", kDay0 + kHourMs, R"({"cart_id":"k1"})");
  // Two days later nothing of then is kept; nine days later another cart is begun.
  shop.Event("product_added", "ann", kDay0 + 48 * kHourMs, R"({"product_id":"p","cart_id":"k2"})");
  shop.AdvanceTo(kDay0 + 48 * kHourMs);
  const int64_t later_ms = kDay0 + 9 * 24 * kHourMs;
  shop.AdvanceTo(later_ms);
  shop.Event("product_added", "ann", later_ms, R"({"product_id":"p","cart_id":"k3"})");
  shop.AdvanceTo(later_ms);
  REQUIRE_FALSE(Has(shop.Query("customer", "ann"), R"("id":"k1")"));
  shop.Event("order_completed", "ann", later_ms + 1, R"({"order_id":"o9","cart_id":"k1"})");
  shop.AdvanceTo(later_ms + kHourMs);
  const std::string ann = shop.Query("customer", "ann");
  CHECK(Has(ann, closing == "cart_emptied" ? R"("id":"k1","stage":"emptied")" : R"("id":"k1","stage":"ordered")"));
  CHECK(Has(ann, R"("id":"k2","stage":"shopping")"));
  CHECK(Has(ann, R"("id":"k3","stage":"shopping")"));
}

TEST_CASE("rule 10: to forget a closed cart makes no event too late") {
  Shop shop;
  shop.Event("product_added", "ann", kDay0, R"({"product_id":"p","cart_id":"k1"})");
  shop.Event("cart_emptied", "ann", kDay0 + kHourMs, R"({"cart_id":"k1"})");
  const int64_t later_ms = kDay0 + 9 * 24 * kHourMs;
  shop.AdvanceTo(later_ms);
  const std::string_view late = R"({"product_id":"tea","cart_id":"k2"})";
  // She did nothing since: what she did half an hour before is within the lateness of her own time.
  shop.Event("product_added", "ann", kDay0 + kHourMs / 2, late);
  shop.AdvanceTo(later_ms);
  CHECK(Has(shop.Query("customer", "ann"), "tea"));
}

}  // namespace cartwheel
