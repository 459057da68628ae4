// Carts of a customer and of a device that joins: what was kept, what was folded, and what a written row keeps of it.
#include "core/model/cart_merge.h"

#include "core/model/customer_row.h"
#include "tests/catch.h"
#include "tests/unit/core/shopper.h"

namespace cartwheel {

TEST_CASE("cart: a merge is as if one customer had done everything") {
  Shopper a, b;
  a.Add(Product("x", 1), 1, 1);
  a.Add(Product("gone"), 1, 1);
  b.Add(Product("x", 2), 5, 2);
  b.Add(Product("y", 3), 1, 3);
  b.Remove(Product("gone"), -1, 4);
  MergeCarts(a, b);
  CHECK(a.Items() == "x x6, y x1");
  CHECK(a.cart().value() == 15 * kUnit);
  CHECK(a.cart().now.opened_at_ms == 1);
  CHECK(a.cart().now.updated_at_ms == 4);
  Shopper closed;
  closed.Order({}, 3);
  MergeCarts(a, closed);
  CHECK(a.Items() == "");
  CHECK_FALSE(a.cart().open());
}

TEST_CASE("cart: of what is folded a merge takes the later operation of each line") {
  Shopper a, b;
  a.Add(Product("x", 1), 1, 1);
  b.Add(Product("x", 2), 5, 2);
  b.Add(Product("y", 3), 1, 3);
  FoldOperations(a, 10);
  FoldOperations(b, 10);
  MergeCarts(a, b);
  CHECK(a.Items() == "x x5, y x1");
}

TEST_CASE(
    "cart: a merge clears what the other's cart was replaced after, and keeps what a cart's own snapshot brought") {
  Shopper owner, other;
  owner.Set({{Product("a"), 2}, {Product("b"), 1}}, 10);
  other.Add(Product("b"), 7, 9);  // before the snapshot
  other.Add(Product("c"), 1, 11);
  FoldOperations(owner, 20);
  FoldOperations(other, 20);
  SECTION("the snapshot is the customer's") {
    MergeCarts(owner, other);
    CHECK(owner.Items() == "a x2, b x1, c x1");
  }
  SECTION("the snapshot is the device's") {
    MergeCarts(other, owner);
    CHECK(other.Items() == "a x2, b x1, c x1");
    CHECK(other.cart().open());
  }
}

TEST_CASE("cart: after a merge a removal of between the operations of the two takes its line") {
  Shopper a, b;
  a.Add(Product("x"), 2, 5);
  b.Add(Product("y"), 1, 10);
  FoldOperations(b, 10);
  MergeCarts(a, b);
  REQUIRE(a.Items() == "x x2, y x1");
  a.Remove(Product("x"), -1, 7);
  CHECK(a.Items() == "y x1");
}

TEST_CASE("cart: after a merge what one kept takes nothing of what the other folded later") {
  Shopper a, b;
  a.Set({{Product("x"), 2}}, 20);
  a.Add(Product("y"), 1, 30);
  FoldOperations(a, 30);
  SECTION("an order of everything") { b.Order({}, 10); }
  SECTION("an order of a selection") {
    b.Add(Product("x"), 1, 5);
    b.Order({Product("x")}, 10);
  }
  SECTION("a removal") { b.Remove(Product("x"), -1, 10); }
  SECTION("a snapshot") { b.Set({{Product("z"), 1}}, 10); }
  MergeCarts(a, b);
  CHECK(a.Items() == "x x2, y x1");
  CHECK(a.cart().open());
}

TEST_CASE(
    "cart: a cart that a device filled is known after a merge, also where a later order of the customer closed it") {
  Customer customer;
  Operate(customer, {.at_ms = 20, .act = CartAct::kOrder});
  FoldOperations(customer, 20);
  Shopper device;
  device.cart().id = "k";
  device.Add(Product("x"), 1, 10);
  MergeCarts(customer, device);
  REQUIRE(customer.carts.size() == 1);
  CHECK_FALSE(customer.carts[0].open());
  CHECK(customer.carts[0].items.empty());
  CHECK(Operate(customer, {.at_ms = 30, .act = CartAct::kOrder, .cart = 0}).cart == 0);  // it is about that cart only
}

TEST_CASE("cart: an order of everything closes carts that become known by a merge, however late it came") {
  const bool late = GENERATE(false, true);
  CAPTURE(late);
  Shopper customer, device;
  customer.cart().id = "k";
  customer.Add(Product("x"), 1, 10);
  FoldOperations(customer, 10);
  if (late) {
    device.Add(Product("y"), 1, 30);
    FoldOperations(device, 30);
  }
  Operate(device, {.at_ms = 20, .act = CartAct::kOrder});
  FoldOperations(device, 30);
  MergeCarts(customer, device);
  CHECK(customer.Items() == "");
  CHECK_FALSE(customer.cart().open());
}

TEST_CASE("cart: a line that joined another keeps the link through a written row") {
  Shopper s;
  s.Add(Product("p"), 1, 1);
  s.Add(Variant("p", "red"), 1, 2);
  s.names = {"cann"};
  REQUIRE(s.Items() == "p/red x2");
  FoldOperations(s, 5);
  const absl::StatusOr<Customer> read = DecodeCustomer(CustomerRow(1), EncodeCustomer(s));
  REQUIRE(read.ok());
  REQUIRE(read->carts.size() == 1);
  const Cart& cart = read->carts[0];
  REQUIRE(cart.lines.size() == s.cart().lines.size());
  for (size_t i = 0; i < cart.lines.size(); ++i) {
    CHECK(cart.lines[i].now.joined == s.cart().lines[i].now.joined);
    CHECK(cart.lines[i].now.quantity == s.cart().lines[i].now.quantity);
    CHECK(cart.lines[i].properties() == s.cart().lines[i].properties());
  }
  // Another variant is a line of its own, before and after.
  Shopper again;
  static_cast<Customer&>(again) = *read;
  again.Add(Variant("p", "blue"), 1, 6);
  CHECK(again.Items() == "p/red x2, p/blue x1");
}

}  // namespace cartwheel
