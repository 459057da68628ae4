// Cart operations by example: instants are small numbers.
#include "base/packed.h"
#include "cartwheel/limits.h"
#include "core/cart.h"
#include "fmt/format.h"
#include "tests/catch.h"

namespace cartwheel {
namespace {

// A product; a quantity or price of -1 is not given.
struct Product {
  std::string packed;
  Product(std::string_view id, int64_t quantity = -1, int64_t price = -1) {
    PackedWriter writer(&packed);
    writer.BeginMap();
    writer.Key("product_id"), writer.Scalar(Value::String(id));
    if (quantity >= 0) writer.Key("quantity"), writer.Scalar(Value::Int(quantity));
    if (price >= 0) writer.Key("price"), writer.Scalar(Value::Int(price));
    writer.End();
  }
  Value value() const { return ReadPacked(packed); }
};

struct Products {
  std::string packed;
  explicit Products(const std::vector<Product>& products) {
    PackedWriter writer(&packed);
    writer.BeginList();
    for (const Product& product : products) writer.Raw(product.packed);
    writer.End();
  }
  Value value() const { return ReadPacked(packed); }
};

void Add(Cart& cart, const Product& product, int64_t at_ms) { REQUIRE(AddItem(cart, product.value(), at_ms).ok()); }

}  // namespace

TEST_CASE("cart: adds sum up, the newest price counts") {
  Cart cart;
  CHECK_FALSE(cart.open());
  Add(cart, {"a", 2, 10}, 5);
  Add(cart, {"a", -1, 12}, 7);
  Add(cart, {"a", 1, 99}, 6);  // late: its price is history
  Add(cart, {"b"}, 8);
  CHECK(cart.open());
  CHECK(cart.quantity() == 5);
  CHECK(cart.value() == 48 * kMoneyScale);
  CHECK(cart.opened_at_ms == 5);
  CHECK(cart.updated_at_ms == 8);
  Add(cart, {"c", 0}, 9);  // nothing was added
  CHECK(cart.quantity() == 5);
}

TEST_CASE("cart: a removal of some, of all, of more than there is") {
  Cart cart;
  Add(cart, {"a", 3, 10}, 1);
  Add(cart, {"b", 1, 1}, 1);
  CHECK_FALSE(RemoveItem(cart, Product("a", 1).value(), 2));
  CHECK(cart.quantity() == 3);
  CHECK_FALSE(RemoveItem(cart, Product("a", 9).value(), 3));
  CHECK(cart.quantity() == 1);
  CHECK(RemoveItem(cart, Product("b").value(), 4));  // it was the last
  CHECK(cart.stage == CartStage::kEmptied);
  CHECK_FALSE(cart.open());
  Add(cart, {"a"}, 3);  // dated at its removal: no
  CHECK(cart.items.empty());
  Add(cart, {"a"}, 5);
  CHECK(cart.open());
  CHECK(cart.opened_at_ms == 5);
}

TEST_CASE("cart: a late removal does not take what was added after it") {
  Cart cart;
  Add(cart, {"a"}, 5);
  CHECK_FALSE(RemoveItem(cart, Product("a").value(), 4));
  CHECK(cart.quantity() == 1);
}

TEST_CASE("cart: a snapshot replaces what is older and keeps what is newer") {
  Cart cart;
  bool emptied = true;
  Add(cart, {"old"}, 1);
  Add(cart, {"new", 1, 5}, 9);
  REQUIRE(ReplaceItems(cart, Products({{"x", 2, 3}, {"new", 7, 7}}).value(), 5, &emptied).ok());
  CHECK_FALSE(emptied);
  CHECK(cart.quantity() == 3);
  CHECK(cart.value() == 11 * kMoneyScale);
  Add(cart, {"late"}, 5);  // the snapshot knew better
  CHECK(cart.quantity() == 3);
  REQUIRE(ReplaceItems(cart, Products({}).value(), 10, &emptied).ok());
  CHECK(emptied);
  CHECK(cart.stage == CartStage::kEmptied);
  REQUIRE(ReplaceItems(cart, Products({}).value(), 11, &emptied).ok());
  CHECK_FALSE(emptied);
}

TEST_CASE("cart: closing keeps what came later, and is history afterwards") {
  Cart cart;
  Add(cart, {"a"}, 1);
  Add(cart, {"b"}, 8);
  CHECK_FALSE(CloseCart(cart, CartStage::kOrdered, 5));
  CHECK(cart.open());
  CHECK(cart.opened_at_ms == 8);
  CHECK(cart.quantity() == 1);
  CHECK(IsLate(cart, 5));
  CHECK_FALSE(IsLate(cart, 6));
  CHECK(CloseCart(cart, CartStage::kOrdered, 8));
  CHECK(cart.stage == CartStage::kOrdered);
  CHECK_FALSE(CloseCart(cart, CartStage::kEmptied, 9));  // it was closed
  CHECK(cart.stage == CartStage::kOrdered);
}

TEST_CASE("cart: bounds change nothing") {
  Cart cart;
  for (size_t i = 0; i < kCartItemsMax; ++i) Add(cart, {fmt::format("{}", i)}, 1);
  absl::Status full = AddItem(cart, Product("one more").value(), 2);
  CHECK(absl::IsResourceExhausted(full));
  CHECK(full.message().find("cart_items_max") == 0);
  CHECK(cart.items.size() == kCartItemsMax);
  CHECK(cart.updated_at_ms == 1);
  Cart other;
  CHECK(absl::IsResourceExhausted(AddItem(other, Product(std::string(kItemBytesMax, 'x')).value(), 1)));
  CHECK_FALSE(other.open());
  Add(other, {"a", 2'000'000'000}, 1);
  CHECK(other.quantity() == 1'000'000);
}

TEST_CASE("cart: a merge takes the later operation of each product") {
  Cart a, b;
  Add(a, {"x", 1, 1}, 1);
  Add(a, {"gone"}, 1);
  Add(b, {"x", 5, 2}, 2);
  Add(b, {"y"}, 3);
  RemoveItem(b, Product("gone").value(), 4);
  MergeCarts(a, b);
  CHECK(a.quantity() == 6);
  CHECK(a.value() == 10 * kMoneyScale);
  CHECK(a.opened_at_ms == 1);
  CHECK(a.updated_at_ms == 4);
  CHECK(a.open());
  Cart closed;
  CloseCart(closed, CartStage::kOrdered, 3);
  MergeCarts(a, closed);
  CHECK(a.items.empty());
  CHECK_FALSE(a.open());
}

}  // namespace cartwheel
