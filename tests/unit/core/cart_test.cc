// Cart operations by example.
#include "cartwheel/limits.h"
#include "tests/catch.h"
#include "tests/unit/core/shopper.h"

namespace cartwheel {

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
    s.Add(Packed({{"product_id", Value::String("b")}, {"price", Value::Int(3)}, {"currency", Value::String("USD")}}), 1,
          2);
    CHECK(s.cart().currency().empty());  // the other line names none
    CHECK_FALSE(s.cart().value().has_value());
    s.Remove(Product("a"), -1, 3);
    CHECK(s.cart().currency() == "USD");
    CHECK(s.cart().value() == 3 * kUnit);
    s.Add(Packed({{"product_id", Value::String("c")}, {"price", Value::Int(3)}, {"currency", Value::String("EUR")}}), 1,
          4);
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

TEST_CASE("cart: an add that comes late says that it grew, however many operations are kept") {
  Shopper s;
  s.Add(Product("last"), 1, 1'000);
  for (int64_t i = 1; i < 40; ++i) {
    CAPTURE(i);
    const CartOutcome outcome = s.Add(Product(fmt::format("{}", i % 3)), 1, i);
    CHECK(outcome.grew);
    CHECK_FALSE(outcome.late);
  }
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
  s.Add(Packed({{"product_id", Value::String("p")},
                {"name", Value::String("Coat")},
                {"price", Value::Int(3)},
                {"image_url", Value::String("u")}}),
        1, 1);
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
    s.Order({Product("p")}, 3);
    CHECK(s.Items() == "q x1");
    CHECK(s.cart().open());
    CHECK(s.cart().now.ordered_at_ms == 3);
  }
  SECTION("one was not found: the whole cart") {
    s.Order({Product("p"), Product("other")}, 3);
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
  SECTION("of two reports of a selection, too: what the later one took is there for the earlier one") {
    s.Order({Product("p")}, 8, 77);
    CHECK(s.Items() == "q x1");
    s.Order({Product("p")}, 7, 77);
    CHECK(s.Items() == "q x1");
    CHECK(s.cart().open());
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
  auto tell = [&](const std::string& product, int64_t at_ms) {
    return TellLine(full, ToldLineOf(ReadPacked(product), {}), at_ms);
  };
  for (size_t i = 0; i < kLinesMax; ++i) REQUIRE(tell(Product(fmt::format("{}", i)), 1).has_value());
  CHECK_FALSE(tell(Product("one more"), 2).has_value());
  CHECK(tell(Product("7"), 2) == 7u);
  s.Add(Product("a"), 2'000'000'000, 1);
  CHECK(s.pieces() == 1'000'000);
  const std::string large(kItemBytesMax, 'x');
  const ToldLine told = ToldLineOf(
      ReadPacked(
          Packed({{"product_id", Value::String("p")}, {"note", Value::String(large)}, {"price", Value::Int(1)}})),
      {});
  CHECK(FindPacked(told.properties, "note").is_absent());
  CHECK(FindPacked(told.properties, "product_id").text() == "p");
  CHECK(FindPacked(told.properties, "price").integer() == 1);
  CHECK(told.name == LineFingerprint(ReadPacked(told.properties)));
  CHECK((told.facts.has_price && told.facts.price == kMoneyScale));
}

TEST_CASE("cart: a told line keeps what is of the product, and each property that names products tells lines apart") {
  const auto name_of = [](std::string_view property, std::string_view text) {
    return ToldLineOf(ReadPacked(Packed({{"price", Value::Int(1)}, {property, Value::String(text)}})), {}).name;
  };
  std::vector<uint64_t> names;
  for (const std::string_view property : {"product_id", "variant_id", "variant", "sku", "options"}) {
    CAPTURE(property);
    CHECK(name_of(property, "a") == name_of(property, "a"));
    CHECK(name_of(property, "a") != name_of(property, "b"));
    names.push_back(name_of(property, "a"));
  }
  names.push_back(name_of("name", "a"));
  std::sort(names.begin(), names.end());
  CHECK(std::adjacent_find(names.begin(), names.end()) == names.end());  // an "a" by one is no "a" by another
  CHECK(name_of("color", "a") == 0);
  const ToldLine told = ToldLineOf(ReadPacked(Packed({{"quantity", Value::Int(2)},
                                                      {"cart_id", Value::String("7")},
                                                      {"product_id", Value::String("p")},
                                                      {"cart_url", Value::String("https://x")},
                                                      {"color", Value::String("red")}})),
                                   "EUR");
  const std::string kept =
      Packed({{"product_id", Value::String("p")}, {"color", Value::String("red")}, {"currency", Value::String("EUR")}});
  CHECK(told.properties == kept);
  CHECK((told.facts.currency == CurrencyCode("eur") && !told.facts.has_price && told.facts.product != 0));
}

}  // namespace cartwheel
