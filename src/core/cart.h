// A cart and what events do to it. Every operation carries the instant at which it happened, and the result does not depend on the
// order in which operations arrive: the later one wins, and a removal remembers its instant.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "base/money.h"
#include "base/value.h"

namespace cartwheel {

// Numbers are part of the file format.
enum class CartStage : uint8_t { kShopping = 0, kCheckout = 1, kOrdered = 2, kEmptied = 3, kExpired = 4 };
std::string_view CartStageName(CartStage stage);

struct Item {
  uint64_t product = 0;  // fingerprint of product_id, or of the name where there is no id
  int64_t quantity = 1;
  Money price = 0;
  int64_t at_ms = 0;       // of the last operation on it
  std::string properties;  // a packed map: what the shop said of the product
};

struct Removal {
  uint64_t product = 0;
  int64_t at_ms = 0;
};

struct Cart {
  std::string id;  // empty: the default cart of a shop that names none
  CartStage stage = CartStage::kShopping;
  int64_t opened_at_ms = 0;  // 0: nothing was ever put into it
  int64_t updated_at_ms = 0;
  int64_t floor_at_ms = -1;  // operations up to this instant are history: it was ordered, emptied, expired or replaced then
  std::string currency;
  std::string url;
  std::vector<Item> items;
  std::vector<Removal> removals;

  bool open() const { return opened_at_ms != 0 && (stage == CartStage::kShopping || stage == CartStage::kCheckout); }
  // The newest instant that anything was said of it. A cart that was closed and never filled has a floor only.
  int64_t last_heard_at_ms() const { return std::max(updated_at_ms, floor_at_ms); }
  Money value() const;
  int64_t quantity() const;
};

// What `at_ms` means for a cart: false when the operation is history and must change nothing.
bool IsLate(const Cart& cart, int64_t at_ms);

// `product` is a map with product_id or name, price, quantity (1 when absent), …
// ResourceExhausted with the limit's name when the cart or the item would be too large; nothing has changed then.
absl::Status AddItem(Cart& cart, const Value& product, int64_t at_ms);
// Takes `quantity` of the product out, or the whole line when quantity is absent. True when that emptied the cart.
bool RemoveItem(Cart& cart, const Value& product, int64_t at_ms);
// The cart now holds exactly `products`. `*emptied` says that it was open with items and is empty now.
absl::Status ReplaceItems(Cart& cart, const Value& products, int64_t at_ms, bool* emptied);
// Ordered, emptied or expired at an instant. Items put in after it stay, and the cart stays open for them. True when it closed.
bool CloseCart(Cart& cart, CartStage stage, int64_t at_ms);
// Items of both, the later operation of each product winning; the stage of the one updated last.
void MergeCarts(Cart& into, const Cart& from);

}  // namespace cartwheel
