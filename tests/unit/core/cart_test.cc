// Cart operations by example: instants are small numbers.
#include "base/packed.h"
#include "cartwheel/limits.h"
#include "core/cart_merge.h"
#include "core/customer.h"
#include "fmt/format.h"
#include "tests/catch.h"

namespace cartwheel {
namespace {

using Fields = std::vector<std::pair<std::string_view, Value>>;

std::string Packed(const Fields& fields) {
  std::string packed;
  PackedWriter writer(&packed);
  writer.BeginMap();
  for (const auto& [key, value] : fields) {
    writer.Key(key);
    writer.Any(value);
  }
  writer.End();
  return packed;
}

// A product by its id; a price of -1 is not given.
std::string Product(std::string_view id, int64_t price = -1) {
  Fields fields{{"product_id", Value::String(id)}};
  if (price >= 0) fields.emplace_back("price", Value::Int(price));
  return Packed(fields);
}

std::string Variant(std::string_view id, std::string_view sku, int64_t price = -1) {
  Fields fields{{"product_id", Value::String(id)}, {"sku", Value::String(sku)}};
  if (price >= 0) fields.emplace_back("price", Value::Int(price));
  return Packed(fields);
}

std::string List(const std::vector<std::string>& products) {
  std::string packed;
  PackedWriter writer(&packed);
  writer.BeginList();
  for (const std::string& product : products) writer.Raw(product);
  writer.End();
  return packed;
}

struct Shopper : Customer {
  Shopper() { carts.emplace_back(); }
  Cart& cart() { return carts[0]; }
  CartOutcome Do(CartAct act, const std::string& product, Quantity quantity, int64_t at_ms) {
    const uint32_t line = TellLine(cart(), LineProperties(ReadPacked(product), {}), at_ms).value();
    return Operate(*this, {.at_ms = at_ms, .act = act, .cart = 0, .line = line, .quantity = quantity});
  }
  CartOutcome Add(const std::string& product, int64_t pieces, int64_t at_ms) { return Do(CartAct::kAdd, product, pieces * kOnePiece, at_ms); }
  CartOutcome Remove(const std::string& product, int64_t pieces, int64_t at_ms) {
    return Do(CartAct::kRemove, product, pieces < 0 ? CartOperation::kAll : pieces * kOnePiece, at_ms);
  }
  CartOutcome Set(const std::vector<std::pair<std::string, int64_t>>& products, int64_t at_ms) {
    CartOperation operation{.at_ms = at_ms, .act = CartAct::kSnapshot, .cart = 0};
    for (const auto& [product, pieces] : products)
      operation.parts.push_back({TellLine(cart(), product, at_ms).value(), pieces * kOnePiece});
    return Operate(*this, operation);
  }
  CartOutcome Order(const std::vector<std::string>& products, int64_t at_ms, uint64_t id = 0) {
    return Operate(*this, {.at_ms = at_ms, .act = CartAct::kOrder, .cart = 0, .order = id, .products = products.empty() ? "" : List(products)});
  }
  CartOutcome Empty(int64_t at_ms) { return Operate(*this, {.at_ms = at_ms, .act = CartAct::kEmpty, .cart = 0}); }
  int64_t pieces() { return cart().quantity() / kOnePiece; }
  // "tea/t1 x2, cup x1": as a customer sees them.
  std::string Items() {
    std::string text;
    for (size_t i = 0; i < cart().items.size(); ++i) {
      const Line& line = cart().item(i);
      const Value sku = line.Find("sku");
      text += fmt::format("{}{}{} x{}", text.empty() ? "" : ", ", line.Find("product_id").text(), sku.is_absent() ? "" : fmt::format("/{}", sku.text()),
                          line.now.quantity / kOnePiece);
    }
    return text;
  }
};

constexpr Money kUnit = kMoneyScale;

}  // namespace

TEST_CASE("cart: adds sum up, the newest price counts") {
  Shopper s;
  CHECK_FALSE(s.cart().open());
  s.Add(Product("a", 10), 2, 5);
  s.Add(Product("a", 12), 1, 7);
  s.Add(Product("a", 99), 1, 6);  // late: its price is history
  CHECK(s.cart().value() == 48 * kUnit);
  s.Add(Product("b", 0), 1, 8);
  CHECK(s.cart().open());
  CHECK(s.pieces() == 5);
  CHECK(s.cart().value() == 48 * kUnit);
  CHECK(s.cart().now.opened_at_ms == 5);
  CHECK(s.cart().now.updated_at_ms == 8);
  s.Add(Product("c"), 0, 9);  // nothing was added
  CHECK(s.pieces() == 5);
}

TEST_CASE("cart: a value with an unknown price or two currencies is unknown") {
  Shopper s;
  CHECK(s.cart().value() == 0);
  s.Add(Product("a", 10), 2, 1);
  SECTION("a price that nobody sent") { s.Add(Product("b"), 1, 2); }
  SECTION("two currencies") {
    s.Add(Packed({{"product_id", Value::String("b")}, {"price", Value::Int(3)}, {"currency", Value::String("USD")}}), 1, 2);
    CHECK(s.cart().currency().empty());  // the other line names none
    CHECK_FALSE(s.cart().value().has_value());
    s.Remove(Product("a"), -1, 3);
    CHECK(s.cart().currency() == "USD");
    CHECK(s.cart().value() == 3 * kUnit);
    s.Add(Packed({{"product_id", Value::String("c")}, {"price", Value::Int(3)}, {"currency", Value::String("EUR")}}), 1, 4);
    CHECK(s.cart().currency().empty());
  }
  CHECK_FALSE(s.cart().value().has_value());
  s.Empty(9);
  CHECK(s.cart().value() == 0);
}

TEST_CASE("cart: a removal of some, of all, of more than there is") {
  Shopper s;
  s.Add(Product("a", 10), 3, 1);
  s.Add(Product("b", 1), 1, 1);
  s.Remove(Product("a"), 1, 2);
  CHECK(s.pieces() == 3);
  s.Remove(Product("a"), 9, 3);
  CHECK(s.pieces() == 1);
  CHECK(s.cart().now.emptied_at_ms == 0);
  s.Remove(Product("b"), -1, 4);  // it was the last
  CHECK(s.cart().now.stage == CartStage::kEmptied);
  CHECK(s.cart().now.emptied_at_ms == 4);
  CHECK_FALSE(s.cart().open());
  s.Add(Product("a"), 1, 3);  // dated before what emptied the cart
  CHECK(s.Items() == "a x1");
  s.Add(Product("b"), 1, 5);
  CHECK(s.cart().open());
}

TEST_CASE("cart: a late removal does not take what was added after it, and one that comes before its add finds it") {
  Shopper s;
  s.Add(Product("a"), 1, 5);
  s.Remove(Product("a"), -1, 4);
  CHECK(s.pieces() == 1);
  s.Remove(Product("b"), 1, 9);
  s.Add(Product("b"), 3, 8);
  CHECK(s.Items() == "a x1, b x2");
}

TEST_CASE("cart: a snapshot replaces what is older and keeps what is newer") {
  Shopper s;
  s.Add(Product("old", 1), 1, 1);
  s.Add(Product("new", 5), 1, 9);
  s.Set({{Product("x", 3), 2}}, 5);
  CHECK(s.Items() == "x x2, new x1");
  CHECK(s.cart().value() == 11 * kUnit);
  CHECK(s.Add(Product("late"), 1, 5).late);  // the snapshot knew better
  CHECK(s.pieces() == 3);
  s.Remove(Product("x"), -1, 8);
  s.Set({{Product("x", 3), 2}, {Product("y", 3), 1}}, 7);  // late: what was removed since stays removed
  CHECK(s.Items() == "y x1, new x1");
  s.Set({}, 10);
  CHECK(s.cart().now.emptied_at_ms == 10);
  s.Set({}, 11);
  CHECK(s.cart().now.emptied_at_ms == 10);
}

TEST_CASE("cart: closing keeps what came later, and is history afterwards") {
  Shopper s;
  s.Add(Product("a"), 1, 1);
  s.Add(Product("b"), 1, 8);
  s.Order({}, 5);
  CHECK(s.cart().open());
  CHECK(s.cart().now.opened_at_ms == 8);
  CHECK(s.pieces() == 1);
  CHECK(s.Add(Product("a"), 1, 5).late);
  CHECK_FALSE(s.Add(Product("c"), 1, 6).late);
  s.Order({}, 8);
  CHECK(s.cart().now.stage == CartStage::kOrdered);
  s.Empty(9);  // it was closed
  CHECK(s.cart().now.stage == CartStage::kOrdered);
}

TEST_CASE("cart: variants are lines; what names less joins the only line that it agrees with") {
  Shopper s;
  s.Add(Variant("p", "red", 10), 1, 1);
  s.Add(Product("p", 10), 1, 2);
  CHECK(s.Items() == "p/red x2");
  s.Add(Variant("p", "blue", 30), 1, 3);
  CHECK(s.Items() == "p/red x2, p/blue x1");
  CHECK(s.cart().value() == 50 * kUnit);
  SECTION("with two lines to agree with, it is a line of its own") {
    s.Remove(Variant("p", "red"), -1, 4);
    s.Add(Variant("p", "red", 10), 1, 5);
    s.Add(Product("p", 7), 1, 6);
    CHECK(s.Items() == "p/blue x1, p/red x1, p x1");
  }
  SECTION("a removal that names less takes from all that agree, the newest first") {
    s.Remove(Product("p"), 2, 4);
    CHECK(s.Items() == "p/red x1");
  }
  SECTION("a removal without a number takes all that agree") {
    s.Add(Product("q"), 1, 4);
    s.Remove(Product("p"), -1, 5);
    CHECK(s.Items() == "q x1");
  }
  SECTION("the order of arrival changes nothing") {
    Shopper other;
    other.Add(Variant("p", "blue", 30), 1, 3);
    other.Add(Product("p", 10), 1, 2);
    other.Add(Variant("p", "red", 10), 1, 1);
    CHECK(other.Items() == s.Items());
    CHECK(other.cart().value() == s.cart().value());
  }
}

TEST_CASE("cart: a line told again with less keeps what it had") {
  Shopper s;
  s.Add(Packed({{"product_id", Value::String("p")}, {"name", Value::String("Coat")}, {"price", Value::Int(3)}, {"image_url", Value::String("u")}}), 1, 1);
  s.Add(Product("p"), 1, 2);
  CHECK(s.cart().item(0).Find("name").text() == "Coat");
  CHECK(s.cart().item(0).Find("image_url").text() == "u");
  CHECK(s.cart().item(0).price() == 3 * kUnit);
  CHECK(s.pieces() == 2);
}

TEST_CASE("cart: fractions are quantities, discounts count in the value and are no items") {
  Shopper s;
  s.Do(CartAct::kAdd, Product("meat", 1000), kOnePiece + kOnePiece / 2, 1);
  CHECK(s.cart().value() == 1500 * kUnit);
  CHECK(QuantityValue(s.cart().quantity()).kind() == Kind::kDecimal);
  s.Add(Packed({{"name", Value::String("coupon")}, {"price", Value::Int(-200)}}), 1, 2);
  s.Add(Product("back", 50), -1, 2);
  CHECK(s.cart().value() == 1250 * kUnit);
  CHECK(s.Items() == "meat x1");
  s.Remove(Product("meat"), -1, 3);  // a discount alone is no cart
  CHECK(s.cart().now.stage == CartStage::kEmptied);
  CHECK(s.cart().value() == 0);
}

TEST_CASE("cart: an order that names its products leaves the others, if it found each of its own") {
  Shopper s;
  s.Add(Variant("p", "red", 10), 2, 1);
  s.Add(Product("q", 5), 1, 2);
  SECTION("found") {
    CHECK(s.Order({Product("p")}, 3).closed_value == 20 * kUnit);
    CHECK(s.Items() == "q x1");
    CHECK(s.cart().open());
    CHECK(s.cart().now.ordered_at_ms == 3);
  }
  SECTION("one was not found: the whole cart") {
    CHECK(s.Order({Product("p"), Product("other")}, 3).closed_value == 25 * kUnit);
    CHECK(s.cart().now.stage == CartStage::kOrdered);
  }
  SECTION("one says nothing: the whole cart") {
    s.Order({Product("p"), Packed({})}, 3);
    CHECK(s.cart().now.stage == CartStage::kOrdered);
  }
  SECTION("another variant is another product: the whole cart") {
    s.Order({Variant("p", "blue")}, 3);
    CHECK(s.cart().now.stage == CartStage::kOrdered);
  }
  SECTION("all were found") {
    s.Order({Product("q"), Variant("p", "red")}, 3);
    CHECK(s.cart().now.stage == CartStage::kOrdered);
  }
  SECTION("what comes late is judged anew") {
    s.Order({Product("p"), Product("other")}, 3);
    s.Add(Product("other", 1), 1, 2);
    CHECK(s.Items() == "q x1");
  }
  SECTION("of two reports of one order the earlier counts") {
    s.Add(Product("r", 1), 1, 6);
    s.Order({}, 8, 77);
    CHECK(s.Items() == "");
    s.Order({}, 5, 77);
    CHECK(s.Items() == "r x1");
    CHECK(s.Order({}, 9, 77).late);
    CHECK(s.Items() == "r x1");
  }
}

TEST_CASE("cart: operations that are folded may only be taken away from") {
  Shopper s;
  s.Add(Product("a", 1), 2, 10);
  s.Add(Product("b", 1), 1, 20);
  s.Add(Product("c", 1), 1, 30);
  FoldOperations(s, 25);
  CHECK(s.operations.size() == 1);
  CHECK(s.Items() == "a x2, b x1, c x1");
  CHECK(s.Add(Product("d"), 1, 15).late);
  CHECK(s.Set({{Product("d"), 1}}, 15).late);
  CHECK(s.Items() == "a x2, b x1, c x1");
  SECTION("a removal") {
    s.Remove(Product("b"), -1, 15);  // it was put in later
    s.Remove(Product("a"), 1, 15);
    CHECK(s.Items() == "a x1, b x1, c x1");
  }
  SECTION("an order") {
    s.Order({}, 15);
    CHECK(s.Items() == "b x1, c x1");
    CHECK(s.cart().open());
    CHECK(s.cart().now.opened_at_ms == 20);
  }
  SECTION("of lines that are gone nothing is kept") {
    s.Remove(Product("a"), -1, 40);
    FoldOperations(s, 50);
    CHECK(s.cart().lines.size() == 2);
    CHECK(s.Items() == "b x1, c x1");
  }
}

TEST_CASE("cart: bounds") {
  Shopper s;
  Cart full;
  for (size_t i = 0; i < kLinesMax; ++i) REQUIRE(TellLine(full, Product(fmt::format("{}", i)), 1).has_value());
  CHECK_FALSE(TellLine(full, Product("one more"), 2).has_value());
  CHECK(TellLine(full, Product("7"), 2) == 7u);
  s.Add(Product("a"), 2'000'000'000, 1);
  CHECK(s.pieces() == 1'000'000);
  const std::string large(kItemBytesMax, 'x');
  const std::string kept = LineProperties(ReadPacked(Packed({{"product_id", Value::String("p")}, {"note", Value::String(large)}, {"price", Value::Int(1)}})), {});
  CHECK(FindPacked(kept, "note").is_absent());
  CHECK(FindPacked(kept, "product_id").text() == "p");
  CHECK(FindPacked(kept, "price").integer() == 1);
}

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

}  // namespace cartwheel
