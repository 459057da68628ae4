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

}  // namespace cartwheel
