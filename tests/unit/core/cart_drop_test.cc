// A cart that is removed leaves the others as they are, whatever was kept of operations on it.
#include <algorithm>
#include <random>

#include "core/model/cart_merge.h"
#include "tests/catch.h"
#include "tests/unit/core/shopper.h"

namespace cartwheel {
namespace {

constexpr size_t kCarts = 4;  // nothing is ever put into the last

std::string LooksOf(const Cart& cart) {
  std::string text = fmt::format("{} {} {} {} {}:", cart.id, static_cast<int>(cart.now.stage), cart.now.opened_at_ms,
                                 cart.now.ordered_at_ms, cart.now.updated_at_ms);
  for (size_t i = 0; i < cart.items.size(); ++i)
    text += fmt::format(" {} x{}", cart.item(i).Find("product_id").text(), cart.item(i).now.quantity / kOnePiece);
  return text;
}

std::vector<std::string> LookAt(const Customer& customer, std::string_view without) {
  std::vector<std::string> looks;
  for (const Cart& cart : customer.carts)
    if (cart.id != without) looks.push_back(LooksOf(cart));
  return looks;
}

CartOperation Draw(std::mt19937_64& random, Customer& customer, int64_t at_ms) {
  const std::string product = Product(random() % 2 == 0 ? "tea" : "cup");
  CartOperation operation{.at_ms = at_ms, .cart = static_cast<int32_t>(random() % kCarts)};
  const bool fillable = operation.cart + 1 < static_cast<int32_t>(kCarts);
  const uint64_t roll = random() % 10;
  if (fillable && roll < 6) {
    operation.act = roll < 4 ? CartAct::kAdd : roll == 4 ? CartAct::kRemove : CartAct::kEmpty;
    Cart& cart = customer.carts[static_cast<size_t>(operation.cart)];
    operation.line = TellLine(cart, ToldLineOf(ReadPacked(product), {}), at_ms).value();
    operation.quantity = operation.act == CartAct::kAdd ? kOnePiece : CartOperation::kAll;
  } else if (roll < 8) {
    operation.act = CartAct::kOrder;
    operation.order = random();
    if (random() % 2 == 0) operation.products = List({product});
    if (random() % 3 == 0) operation.cart = CartOperation::kNoCart;
  } else if (random() % 2 == 0) {
    operation.cart = CartOperation::kNoCart;
  }
  return operation;
}

}  // namespace

TEST_CASE("cart: one that is removed leaves the others as they are, now and when all is done again") {
  std::mt19937_64 random(1);
  for (int run = 0; run < 3'000; ++run) {
    Customer customer;
    for (size_t i = 0; i < kCarts; ++i) customer.carts.emplace_back().id = fmt::format("k{}", i);
    for (int64_t at_ms = 1; at_ms <= 12; ++at_ms) Operate(customer, Draw(random, customer, at_ms));
    if (random() % 2 == 0) FoldOperations(customer, static_cast<int64_t>(random() % 12));
    const size_t place = random() % kCarts;
    const std::string dropped = customer.carts[place].id;
    const std::vector<std::string> before = LookAt(customer, dropped);
    DropCart(customer, place);
    CAPTURE(run, dropped);
    REQUIRE(LookAt(customer, dropped) == before);
    Replay(customer);
    REQUIRE(LookAt(customer, dropped) == before);
    FoldOperations(customer, 100);
    REQUIRE(LookAt(customer, dropped) == before);
  }
}

TEST_CASE("cart: what came before an order of a cart that is unknown stays ordered when that cart is forgotten") {
  Shopper s;
  s.carts.emplace_back().id = "never_seen";
  s.Add(Product("tea"), 1, 1);
  Operate(s, {.at_ms = 2, .act = CartAct::kOrder, .cart = 1, .order = 7, .products = List({Product("cup")})});
  s.Add(Product("tea"), 1, 3);
  REQUIRE(s.Items() == "tea x1");
  DropCart(s, 1);
  Replay(s);
  CHECK(s.Items() == "tea x1");
}

}  // namespace cartwheel
