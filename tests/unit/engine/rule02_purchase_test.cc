// A purchase stops all that it names: the customer and the device it was made on. They stay two.
#include "tests/unit/engine/shop.h"

namespace cartwheel {
namespace {

constexpr std::string_view kTea = R"({"product_id":"tea","price":10})";
constexpr std::string_view kOrder = R"({"order_id":"o1","total":10})";

void Purchase(Shop& shop, int64_t at_ms, std::string_view properties = kOrder) {
  const auto result = shop.Raw(
      fmt::format(R"({{"type":"order_completed","customer":"ann","anonymous_id":"phone","at":{},"properties":{}}})",
                  at_ms, properties));
  REQUIRE(result.accepted == 1);
}

std::string Device(Shop& shop, std::string_view query = "customer") {
  QueryRequest request{.query = std::string(query)};
  request.anonymous_id = "phone";
  auto answer = shop.engine().Query(request);
  REQUIRE(answer.ok());
  return *answer;
}

size_t Made(Shop& shop, int64_t until_ms) {
  shop.RunTo(until_ms);
  return shop.Outbox().size();
}

}  // namespace

TEST_CASE(
    "rule 2: a purchase with both ids ends the walks of both and closes both carts, and is counted for the customer") {
  Shop shop;
  shop.Event("product_added", "ann", kDay0, kTea);
  shop.DeviceEvent("product_added", "phone", kDay0, kTea);
  CHECK(shop.AdvanceTo(kDay0 + kHourMs).enrolments == 2);
  Purchase(shop, kDay0 + kHourMs);
  CHECK(shop.AdvanceTo(kDay0 + kHourMs).exits == 2);
  CHECK(Has(shop.Query("customer", "ann"), R"("orders":1)"));
  CHECK(Has(shop.Query("customer", "ann"), R"("stage":"ordered")"));
  CHECK(Has(Device(shop), R"("orders":0)"));
  CHECK(Has(Device(shop), R"("stage":"ordered")"));
  CHECK(Made(shop, kDay0 + 100 * kHourMs) == 0);
  // The next thing put into either cart is a new reason.
  shop.DeviceEvent("product_added", "phone", kDay0 + 100 * kHourMs, kTea);
  CHECK(shop.AdvanceTo(kDay0 + 100 * kHourMs).enrolments == 1);
}

TEST_CASE("rule 2: a purchase with both ids is told in the trail of each as what it did there") {
  Shop shop;
  shop.Event("product_added", "ann", kDay0, kTea);
  shop.DeviceEvent("product_added", "phone", kDay0, kTea);
  Purchase(shop, kDay0 + kHourMs);
  shop.AdvanceTo(kDay0 + kHourMs);
  for (const std::string& trail : {shop.Query("why", "ann"), Device(shop, "why")}) {
    CAPTURE(trail);
    const size_t exited = trail.find(R"("exited")");
    CHECK(exited != std::string::npos);
    CHECK(trail.find(R"("exited")", exited + 1) == std::string::npos);
  }
}

TEST_CASE(
    "rule 2: what a device did before the purchase may come after it, also when nothing was known of the device") {
  Shop shop;
  shop.clock().Set(kDay0 + 2 * kHourMs);
  Purchase(shop, kDay0 + kHourMs);
  const bool apart = GENERATE(true, false);
  CAPTURE(apart);
  if (apart) shop.AdvanceTo(kDay0 + 2 * kHourMs);
  shop.DeviceEvent("product_added", "phone", kDay0, kTea);
  CHECK(shop.AdvanceTo(kDay0 + 2 * kHourMs).enrolments == 0);
  CHECK(Made(shop, kDay0 + 100 * kHourMs) == 0);
}

TEST_CASE("rule 2: the clock of the device is ahead: its walk was entered by an event dated after the purchase") {
  Shop shop;
  shop.clock().Set(kDay0 + kHourMs);
  shop.DeviceEvent("product_added", "phone", kDay0 + 50 * kMinuteMs, kTea);
  CHECK(shop.AdvanceTo(kDay0 + kHourMs).enrolments == 1);
  Purchase(shop, kDay0 + 40 * kMinuteMs);
  CHECK(shop.AdvanceTo(kDay0 + kHourMs).exits == 1);
  CHECK(Made(shop, kDay0 + 100 * kHourMs) == 0);
}

TEST_CASE("rule 2: an order that was told with both ids is told again: a walk that the device began since goes on") {
  Shop shop;
  shop.DeviceEvent("product_added", "phone", kDay0, kTea);
  Purchase(shop, kDay0 + kHourMs);
  CHECK(shop.AdvanceTo(kDay0 + kHourMs).exits == 1);
  shop.clock().Set(kDay0 + 2 * kHourMs);
  shop.DeviceEvent("product_added", "phone", kDay0 + 2 * kHourMs, kTea);
  CHECK(shop.AdvanceTo(kDay0 + 2 * kHourMs).enrolments == 1);
  shop.clock().Set(kDay0 + 3 * kHourMs);
  Purchase(shop, kDay0 + 3 * kHourMs);  // of another system
  CHECK(shop.AdvanceTo(kDay0 + 3 * kHourMs).exits == 0);
  CHECK(Has(shop.Query("customer", "ann"), R"("orders":1)"));
  CHECK(Made(shop, kDay0 + 100 * kHourMs) == 3);
}

TEST_CASE("rule 2: a device that is identified later brings no second order, and what an order left stays") {
  Shop shop;
  shop.Event("product_added", "ann", kDay0, kTea);
  shop.Event("product_added", "ann", kDay0 + kMinuteMs, R"({"product_id":"cup","price":5})");
  Purchase(shop, kDay0 + kHourMs, R"({"order_id":"o1","total":10,"products":[{"product_id":"tea"}]})");
  shop.AdvanceTo(kDay0 + kHourMs);
  const int64_t later = GENERATE(2, 40);  // within the lateness and after it
  CAPTURE(later);
  shop.clock().Set(kDay0 + later * kHourMs);
  if (later > 24) shop.Event("page_viewed", "ann", kDay0 + later * kHourMs);
  shop.Identify("ann", "phone", kDay0 + later * kHourMs);
  shop.AdvanceTo(kDay0 + later * kHourMs);
  const std::string ann = shop.Query("customer", "ann");
  CHECK(Has(ann, R"("orders":1)"));
  CHECK(Has(ann, R"("product_id":"cup")"));
  CHECK_FALSE(Has(ann, R"("product_id":"tea")"));
  CHECK(Made(shop, kDay0 + 200 * kHourMs) == 0);  // leftovers are no reason to remind
}

}  // namespace cartwheel
