// A cart as a value: its lines, and what they come to. A line is one variant of a product: product, variant, SKU and
// options together name it.
//
// Each cart and each line has two states: `now`, and `base`, which is `now` without the operations that the customer
// still keeps (cart_operations.h). Only `base` is written down; `now` follows from it. Invariant: without kept
// operations the two are equal.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/money.h"
#include "base/packed_words.h"
#include "base/rare.h"
#include "base/value.h"
#include "core/model/stamped.h"

namespace cartwheel {

// Numbers are part of the file format.
enum class CartStage : uint8_t { kShopping = 0, kCheckout = 1, kOrdered = 2, kEmptied = 3, kExpired = 4 };
std::string_view CartStageName(CartStage stage);

// A number of pieces, scaled like money: 1.5 kg is 15'000.
using Quantity = int64_t;
inline constexpr Quantity kOnePiece = kMoneyScale;
inline constexpr Quantity kQuantityMax = 1'000'000 * kOnePiece;

struct LineState {
  // 0: it is not in the cart; negative, or with a negative price: it counts in the value and is no item
  Quantity quantity = 0;
  int64_t since_ms = 0;  // it has been in the cart since then
  int64_t at_ms = 0;     // of the last operation on it
  uint32_t rank = 0;     // among the lines of one snapshot
  uint32_t joined = 0;   // 1 + the place of the line that it counts for; 0: itself
};

// What is asked of a line most often, found in its fields when they are told.
struct LineFacts {
  uint32_t product = 0;   // fingerprint of its product_id, for a quick look; 0: none
  uint32_t currency = 0;  // its letters, whatever their case, or a fingerprint of another name; 0: none
  bool has_price = false;
  Money price = 0;
};

struct Line {
  uint64_t name = 0;     // fingerprint of what names it (LineFingerprint)
  StampedFields fields;  // what the shop said of it: product_id, sku, name, price, currency, …
  LineFacts facts;       // of `fields`
  Rare<LineState> base;  // of most lines nothing is folded yet
  LineState now;
  Rare<std::string> shown;  // the fields of this line and of those that joined it; not set: its own fields

  std::string_view properties() const { return shown.is_set() ? *shown : fields.packed; }
  Value Find(const PackedKey& field) const;
  std::optional<Money> price() const;  // absent: the shop never said one
  // A line that a customer sees: no discount, no fee that is given back.
  bool is_item() const { return now.joined == 0 && now.quantity > 0 && facts.price >= 0; }
};

struct CartState {
  CartStage stage = CartStage::kShopping;
  int64_t opened_at_ms = 0;  // 0: nothing was ever put into it
  int64_t updated_at_ms = 0;
  int64_t floor_at_ms =
      -1;  // operations up to this instant are history: it was ordered, emptied, expired or replaced then
  int64_t ordered_at_ms = 0;  // of the last order that took something out of it
  int64_t emptied_at_ms = 0;  // when its last line was last taken out
};

struct Cart {
  std::string id;  // empty: the default cart of a shop that names none
  CartState base, now;
  std::string url;
  int64_t url_at_ms = 0;
  bool leftovers = false;  // what is in it was left by an order: only a line that is new or grows starts another walk
  std::vector<Line> lines;
  std::vector<uint32_t>
      items;  // the places of the lines that a customer sees as items, in the order in which they came in

  bool open() const {
    return now.opened_at_ms != 0 && (now.stage == CartStage::kShopping || now.stage == CartStage::kCheckout);
  }
  bool live() const { return open() && !items.empty(); }
  // The newest instant that anything was said of it. A cart that was closed and never filled has a floor only.
  int64_t last_heard_at_ms() const { return std::max(now.updated_at_ms, now.floor_at_ms); }
  const Line& item(size_t index) const { return lines[items[index]]; }
  // Absent where the price of a line is unknown, or the lines differ in their currencies.
  std::optional<Money> value() const;
  Quantity quantity() const;
  // Of its lines; empty: they name none, or differ.
  std::string_view currency() const;
};

LineFacts FactsOf(std::string_view properties);
// The facts' name of a currency.
uint32_t CurrencyCode(std::string_view currency);
// What names a line of an event's product: the text of its properties that tell lines apart, else of its name. 0:
// nothing names it.
uint64_t LineFingerprint(const Value& product);
// Whether all properties that name products, and that both have, are equal, and there is one. `by_name` also compares
// their names.
bool SameProduct(const Value& a, const Value& b, bool by_name);

// An event's product as a line keeps it.
struct ToldLine {
  std::string properties;  // packed, without what is of the event
  uint64_t name = 0;       // LineFingerprint
  LineFacts facts;         // of `properties`
};
// `currency` is the event's or the shop's, for a product that names none. Of a product over kItemBytesMax the largest
// properties that do not name it are left out.
ToldLine ToldLineOf(const Value& product, std::string_view currency);

// The number of pieces in a value of an event; absent for anything that is no number.
std::optional<Quantity> QuantityOf(const Value& value);
// A whole number where it is one.
Value QuantityValue(Quantity quantity);

// Computes `items` and `shown` from the states of the lines.
void ArrangeItems(Cart& cart);
// Puts a line into a cart, in both states: for samples and tests.
Line& PutLine(Cart& cart, std::string_view properties, Quantity quantity, int64_t at_ms);

}  // namespace cartwheel
