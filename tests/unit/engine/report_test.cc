// What a report counts of the log.
#include "tests/unit/engine/shop.h"

namespace cartwheel {

TEST_CASE("report: events are counted by type, so that a typo is seen") {
  Shop shop;
  for (int i = 0; i < 3; ++i) shop.Event("product_added", fmt::format("c{}", i), kDay0, R"({"product_id":"tea"})");
  shop.Event("product_aded", "c0", kDay0, R"({"product_id":"tea"})");
  CHECK(Has(shop.Query("report"), R"("events":{"product_added":3,"product_aded":1})"));  // folded or not
  shop.AdvanceTo(kDay0);
  shop.RunTo(kDay0 + 25 * kHourMs);
  shop.Accept(shop.Claim("web_push"));  // what became of messages is no event of the shop's
  shop.AdvanceTo(kDay0 + 25 * kHourMs);
  CHECK(Has(shop.Query("report"), R"("events":{"product_added":3,"product_aded":1})"));
}

}  // namespace cartwheel
