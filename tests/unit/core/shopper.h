// A customer with one cart, and products for it: what the tests of carts share. Instants are small numbers.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/packed.h"
#include "core/model/cart_operations.h"
#include "core/model/customer.h"
#include "fmt/format.h"

namespace cartwheel {

using Fields = std::vector<std::pair<std::string_view, Value>>;

inline std::string Packed(const Fields& fields) {
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
inline std::string Product(std::string_view id, int64_t price = -1) {
  Fields fields{{"product_id", Value::String(id)}};
  if (price >= 0) fields.emplace_back("price", Value::Int(price));
  return Packed(fields);
}

inline std::string Variant(std::string_view id, std::string_view sku, int64_t price = -1) {
  Fields fields{{"product_id", Value::String(id)}, {"sku", Value::String(sku)}};
  if (price >= 0) fields.emplace_back("price", Value::Int(price));
  return Packed(fields);
}

inline std::string List(const std::vector<std::string>& products) {
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
    const uint32_t line = TellLine(cart(), ToldLineOf(ReadPacked(product), {}), at_ms).value();
    return Operate(*this, {.at_ms = at_ms, .act = act, .cart = 0, .line = line, .quantity = quantity});
  }
  CartOutcome Add(const std::string& product, int64_t pieces, int64_t at_ms) {
    return Do(CartAct::kAdd, product, pieces * kOnePiece, at_ms);
  }
  CartOutcome Remove(const std::string& product, int64_t pieces, int64_t at_ms) {
    return Do(CartAct::kRemove, product, pieces < 0 ? CartOperation::kAll : pieces * kOnePiece, at_ms);
  }
  CartOutcome Set(const std::vector<std::pair<std::string, int64_t>>& products, int64_t at_ms) {
    CartOperation operation{.at_ms = at_ms, .act = CartAct::kSnapshot, .cart = 0};
    for (const auto& [product, pieces] : products)
      operation.parts.push_back(
          {TellLine(cart(), ToldLineOf(ReadPacked(product), {}), at_ms).value(), pieces * kOnePiece});
    return Operate(*this, operation);
  }
  CartOutcome Order(const std::vector<std::string>& products, int64_t at_ms, uint64_t id = 0) {
    return Operate(*this, {.at_ms = at_ms,
                           .act = CartAct::kOrder,
                           .cart = 0,
                           .order = id,
                           .products = products.empty() ? "" : List(products)});
  }
  CartOutcome Empty(int64_t at_ms) { return Operate(*this, {.at_ms = at_ms, .act = CartAct::kEmpty, .cart = 0}); }
  int64_t pieces() { return cart().quantity() / kOnePiece; }
  // "tea/t1 x2, cup x1": as a customer sees them.
  std::string Items() {
    std::string text;
    for (size_t i = 0; i < cart().items.size(); ++i) {
      const Line& line = cart().item(i);
      const Value sku = line.Find("sku");
      text += fmt::format("{}{}{} x{}", text.empty() ? "" : ", ", line.Find("product_id").text(),
                          sku.is_absent() ? "" : fmt::format("/{}", sku.text()), line.now.quantity / kOnePiece);
    }
    return text;
  }
};

inline constexpr Money kUnit = kMoneyScale;

}  // namespace cartwheel
