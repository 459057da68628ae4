// The order in which events arrive does not matter, where it can be so: a customer's live carts, orders and open walks after any permutation
// of a set of events with distinct instants are those after the sorted one.
//
// Where it cannot hold, and is not asked for here (the engine keeps the last operation of each product, not a history of each):
//  * quantities of a product that was added, removed and added again, when the removal comes last;
//  * a removal of a part of a line that is not there yet takes the whole line;
//  * the walk of a cart that a removal emptied for a while in one order of arrival, and never in another: it ends and is not entered again
//    (nobody is reminded too often by it);
//  * an order that names a cart nobody knows yet closes all carts;
//  * an event that starts the wait again (a view, an add to another cart) and arrives before the add that entered.
#include <algorithm>
#include <random>

#include "tests/unit/engine/shop.h"

namespace cartwheel {
namespace {

struct Action {
  std::string type, properties;
  int64_t at_ms;
};

std::vector<Action> RandomActions(std::mt19937_64& random, bool with_removals) {
  std::vector<Action> actions;
  size_t count = 2 + random() % 6;
  int product = 0;
  std::string cart = random() % 3 == 0 ? R"("cart_id":"7",)" : "";
  for (size_t i = 0; i < count; ++i) {
    Action action;
    action.at_ms = kDay0 + static_cast<int64_t>(i + 1) * kMinuteMs;
    uint64_t kind = random() % 10;
    if (with_removals) cart = random() % 3 == 0 ? R"("cart_id":"7",)" : "";
    if (kind < 5) {
      action.type = "product_added";  // each product once
      action.properties = fmt::format(R"({{{}"product_id":"p{}","price":{}}})", cart, product, product + 1);
      ++product;
    } else if (kind < 7) {
      action.type = "order_completed";
      action.properties = fmt::format(R"({{"order_id":"o{}","total":{}.5}})", i, i);
    } else if (kind < 8 || !with_removals) {
      action.type = "product_viewed";
      action.properties = R"({"product_id":"p0"})";
    } else {
      action.type = "product_removed";
      action.properties = fmt::format(R"({{{}"product_id":"p{}"}})", cart, random() % (static_cast<uint64_t>(product) + 1));
    }
    actions.push_back(action);
  }
  return actions;
}

// What must not depend on the order: live carts with their items, orders, revenue, first and last seen; and the open walks by key and wake.
std::string Folded(const std::vector<Action>& actions, bool walks, bool one_by_one) {
  Shop shop;
  shop.clock().Set(kDay0 + kHourMs);
  for (const Action& action : actions) {
    shop.Event(action.type, "ann", action.at_ms, action.properties);
    if (one_by_one) shop.AdvanceTo(kDay0 + kHourMs);
  }
  shop.AdvanceTo(kDay0 + kHourMs);
  auto rows = shop.store()->Customers(0, 10);
  REQUIRE((rows.ok() && rows->size() == 1));
  auto customer = DecodeCustomer(1, rows->front().data);
  REQUIRE(customer.ok());
  std::vector<std::string> parts;
  for (const Cart& cart : customer->carts) {
    if (!cart.open()) continue;
    for (const Item& item : cart.items)
      parts.push_back(fmt::format("cart {} item {:x} quantity {} price {}\n", cart.id, item.product, item.quantity, item.price));
  }
  for (const Order& order : customer->recent_orders) parts.push_back(fmt::format("order {:x} {}\n", order.id, order.value));
  if (walks)
    for (const Enrolment& enrolment : customer->enrolments)
      parts.push_back(fmt::format("walk {} wakes {}\n", enrolment.key, enrolment.wake_at_ms));
  std::sort(parts.begin(), parts.end());
  std::string text = fmt::format("{} orders {} seen {} {}\n", customer->orders, customer->revenue, customer->first_seen_at_ms,
                                 customer->last_seen_at_ms);
  for (const std::string& part : parts) text += part;
  return text;
}

void CheckPermutations(uint64_t seed, bool with_removals) {
  std::mt19937_64 random(seed);
  for (int set = 0; set < 150; ++set) {
    std::vector<Action> actions = RandomActions(random, with_removals);
    std::string expected = Folded(actions, !with_removals, true);
    for (int i = 0; i < 4; ++i) {
      std::vector<Action> permuted = actions;
      std::shuffle(permuted.begin(), permuted.end(), random);
      std::string story;
      for (const Action& action : permuted)
        story += fmt::format("{} {} {}\n", action.type, (action.at_ms - kDay0) / kMinuteMs, action.properties);
      INFO(story);
      REQUIRE(Folded(permuted, !with_removals, i % 2 == 0) == expected);
    }
  }
}

}  // namespace

TEST_CASE("order independence: carts, orders and open walks, over adds, views and orders") { CheckPermutations(1, false); }

TEST_CASE("order independence: carts and orders, also with removals") { CheckPermutations(2, true); }

}  // namespace cartwheel
