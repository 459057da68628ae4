// An order of a selection: what it names is taken, what it does not name stays and is no reason to remind.
#include "tests/unit/engine/shop.h"

namespace cartwheel {
namespace {

// As the main job's, and a journey that begins whenever the cart is looked at.
std::string RulePlaybook() {
  std::string text = RemindersOnly();
  const size_t at = text.find("\"journeys\": {") + std::string_view("\"journeys\": {").size();
  constexpr std::string_view kLook = R"json(
    "look": {"enter": {"on": "cart_viewed", "when": "cart.quantity > 0", "key": "cart.id"}, "exit": [{"on": "order_completed"}],
             "steps": [{"wait": "2h"}, {"send": "first", "via": ["web_push"]}]},
    "told": {"enter": {"on": "cart_updated", "when": "cart.quantity > 0", "key": "cart.id"}, "exit": [{"on": "order_completed"}],
             "steps": [{"wait": "2h"}, {"send": "first", "via": ["web_push"]}]},
    "pay": {"enter": {"on": "checkout_started", "when": "cart.quantity > 0", "key": "cart.id"}, "exit": [{"on": "order_completed"}],
            "steps": [{"wait": "2h"}, {"send": "first", "via": ["web_push"]}]},)json";
  return text.substr(0, at) + std::string(kLook) + text.substr(at);
}

// Ann has put tea and two cups into her cart, has seen it, and has bought the tea.
void BuyTea(Shop& shop, std::string_view order) {
  shop.Event("product_added", "ann", kDay0, R"({"product_id":"tea","price":10})");
  shop.Event("product_added", "ann", kDay0 + kMinuteMs, R"({"product_id":"cup","price":5,"quantity":2})");
  shop.Event("cart_viewed", "ann", kDay0 + 2 * kMinuteMs);
  CHECK(shop.AdvanceTo(kDay0 + kHourMs).enrolments == 2);
  shop.Event("order_completed", "ann", kDay0 + kHourMs, order);
  CHECK(shop.AdvanceTo(kDay0 + kHourMs).exits == 2);
}

constexpr std::string_view kOrder = R"({"order_id":"o1","products":[{"product_id":"tea","quantity":1}]})";

}  // namespace

TEST_CASE("rule 5: an order leaves the lines that it does not name, and ends all walks about the cart") {
  Shop shop(NewMemoryStore(), RulePlaybook());
  BuyTea(shop, kOrder);
  const std::string ann = shop.Query("customer", "ann");
  CHECK(Has(ann, R"("product_id":"cup")"));
  CHECK_FALSE(Has(ann, R"("product_id":"tea")"));
  CHECK(Has(ann, R"("stage":"shopping")"));
  shop.RunTo(kDay0 + 100 * kHourMs);
  CHECK(shop.Outbox().empty());
}

TEST_CASE("rule 5: an order with a line that is in no cart closes the whole cart") {
  Shop shop(NewMemoryStore(), RulePlaybook());
  BuyTea(shop, R"({"order_id":"o1","products":[{"product_id":"tea"},{"product_id":"hat"}]})");
  const std::string ann = shop.Query("customer", "ann");
  CHECK(Has(ann, R"("stage":"ordered")"));
  CHECK_FALSE(Has(ann, R"("product_id":"cup")"));
}

TEST_CASE(
    "rule 5: leftovers that are told again, seen or taken to the checkout start no walk; a line that is new or grows "
    "does") {
  struct Case {
    std::string_view type, properties;
    int64_t enrolments;
  };
  const std::vector<Case> cases = {
      {"cart_viewed", "{}", 0},
      {"checkout_started", "{}", 0},
      {"product_removed", R"({"product_id":"cup","quantity":1})", 0},
      {"cart_updated", R"({"products":[{"product_id":"cup","price":5,"quantity":2}]})", 0},
      {"cart_updated", R"({"products":[{"product_id":"cup","price":5,"quantity":1}]})", 0},
      {"cart_updated", R"({"products":[{"product_id":"cup","price":4,"quantity":2}]})", 0},
      {"cart_updated", R"({"products":[{"product_id":"cup","price":5,"quantity":3}]})", 1},
      {"cart_updated", R"({"products":[{"product_id":"cup","price":5,"quantity":2},{"product_id":"pot","price":9}]})",
       1},
      {"product_added", R"({"product_id":"cup","price":5})", 1},
      {"product_added", R"({"product_id":"pot","price":9})", 1},
      {"product_added", R"({"product_id":"tea","price":10})", 1},
  };
  for (const Case& each : cases) {
    CAPTURE(each.type, each.properties);
    Shop shop(NewMemoryStore(), RulePlaybook());
    BuyTea(shop, kOrder);
    shop.clock().Set(kDay0 + 3 * kHourMs);
    shop.Event(each.type, "ann", kDay0 + 2 * kHourMs, each.properties);
    CHECK(shop.AdvanceTo(kDay0 + 3 * kHourMs).enrolments == each.enrolments);
    // Once something is new the cart is a reason again, also when it is only seen.
    shop.Event("cart_viewed", "ann", kDay0 + 3 * kHourMs);
    CHECK(shop.AdvanceTo(kDay0 + 3 * kHourMs).enrolments == each.enrolments);
  }
}

TEST_CASE("rule 5: a second report of an order takes nothing more, whenever it comes") {
  for (int64_t hours : {2, 30, 60}) {
    CAPTURE(hours);
    Shop shop(NewMemoryStore(), RulePlaybook());
    BuyTea(shop, kOrder);
    shop.clock().Set(kDay0 + hours * kHourMs);
    shop.Event("page_viewed", "ann", kDay0 + hours * kHourMs);
    shop.AdvanceTo(kDay0 + hours * kHourMs);
    shop.Event("order_completed", "ann", kDay0 + hours * kHourMs, kOrder);
    shop.AdvanceTo(kDay0 + hours * kHourMs);
    CHECK(Has(shop.Query("customer", "ann"), R"("product_id":"cup")"));
    CHECK(Has(shop.Query("customer", "ann"), R"("orders":1)"));
  }
}

}  // namespace cartwheel
