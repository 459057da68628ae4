#include "core/cart.h"

#include <algorithm>
#include <limits>

#include "base/hash.h"
#include "base/packed.h"
#include "base/status.h"
#include "cartwheel/limits.h"
#include "core/amount.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

// Kept in fields of their own, or of the event rather than of the product.
constexpr std::string_view kNotOfTheProduct[] = {"quantity", "cart_id", "cart_url", "currency", "products"};
constexpr int64_t kQuantityMax = 1'000'000;

uint64_t ProductOf(const Value& product) {
  for (std::string_view key : {"product_id", "sku", "name"}) {
    Value id = product.Find(key);
    if (id.is_string()) return SipDigest(id.text()).low;
    if (id.kind() == Kind::kInt) return SipDigest(fmt::format("{}", id.integer())).low;
  }
  return 0;
}

std::string ProductProperties(const Value& product) {
  std::string packed;
  PackedWriter writer(&packed);
  writer.BeginMap();
  for (PackedCursor cursor(product); cursor.Next();) {
    auto end = std::end(kNotOfTheProduct);
    if (std::find(std::begin(kNotOfTheProduct), end, cursor.key()) == end) writer.Raw(cursor.element());
  }
  writer.End();
  return packed;
}

Item* FindItem(Cart& cart, uint64_t product) {
  auto found = std::find_if(cart.items.begin(), cart.items.end(), [&](const Item& i) { return i.product == product; });
  return found == cart.items.end() ? nullptr : &*found;
}

int64_t RemovedAt(const Cart& cart, uint64_t product) {
  for (const Removal& removal : cart.removals)
    if (removal.product == product) return removal.at_ms;
  return -1;
}

void RememberRemoval(Cart& cart, uint64_t product, int64_t at_ms) {
  for (Removal& removal : cart.removals) {
    if (removal.product != product) continue;
    removal.at_ms = std::max(removal.at_ms, at_ms);
    return;
  }
  if (cart.removals.size() >= kCartItemsMax) cart.removals.erase(cart.removals.begin());
  cart.removals.push_back({product, at_ms});
}

// An operation on an open cart moves its last activity; one on a closed cart opens it anew.
void Touch(Cart& cart, int64_t at_ms) {
  if (!cart.open()) {
    cart.stage = CartStage::kShopping;
    cart.opened_at_ms = at_ms;
  }
  cart.updated_at_ms = std::max(cart.updated_at_ms, at_ms);
}

}  // namespace

std::string_view CartStageName(CartStage stage) {
  static constexpr std::string_view kNames[] = {"shopping", "checkout", "ordered", "emptied", "expired"};
  return kNames[static_cast<size_t>(stage)];
}

Money Cart::value() const {
  Money sum = 0;
  for (const Item& item : items) sum = AddMoney(sum, MultiplyMoney(item.price, item.quantity));
  return sum;
}

int64_t Cart::quantity() const {
  int64_t sum = 0;
  for (const Item& item : items) sum += item.quantity;
  return sum;
}

bool IsLate(const Cart& cart, int64_t at_ms) { return at_ms <= cart.floor_at_ms; }

absl::Status AddItem(Cart& cart, const Value& product, int64_t at_ms) {
  uint64_t id = ProductOf(product);
  if (IsLate(cart, at_ms) || at_ms <= RemovedAt(cart, id)) return absl::OkStatus();
  Value quantity = product.Find("quantity");
  int64_t added = quantity.kind() == Kind::kInt ? std::clamp<int64_t>(quantity.integer(), 0, kQuantityMax) : 1;
  if (added == 0) return absl::OkStatus();
  Item* item = FindItem(cart, id);
  if (item == nullptr && cart.items.size() >= kCartItemsMax)
    return absl::ResourceExhaustedError(
        fmt::format("cart_items_max: cart \"{}\" already holds {} items", cart.id, kCartItemsMax));
  std::string properties = ProductProperties(product);
  if (properties.size() > kItemBytesMax)
    return absl::ResourceExhaustedError(
        fmt::format("item_bytes_max: the item takes {} bytes, at most {} are kept", properties.size(), kItemBytesMax));
  Touch(cart, at_ms);
  if (item == nullptr) {
    cart.items.push_back({id, added, MoneyOf(product.Find("price")), at_ms, std::move(properties)});
    return absl::OkStatus();
  }
  item->quantity = std::min(item->quantity + added, kQuantityMax);
  if (at_ms >= item->at_ms) {
    item->at_ms = at_ms;
    item->properties = std::move(properties);
    if (Value price = product.Find("price"); !price.is_absent()) item->price = MoneyOf(price);
  }
  return absl::OkStatus();
}

bool RemoveItem(Cart& cart, const Value& product, int64_t at_ms) {
  if (IsLate(cart, at_ms)) return false;
  uint64_t id = ProductOf(product);
  Value quantity = product.Find("quantity");
  Item* item = FindItem(cart, id);
  if (quantity.kind() == Kind::kInt && item != nullptr && quantity.integer() < item->quantity) {
    item->quantity -= std::max<int64_t>(quantity.integer(), 0);
    item->at_ms = std::max(item->at_ms, at_ms);
    Touch(cart, at_ms);
    return false;
  }
  RememberRemoval(cart, id, at_ms);
  cart.updated_at_ms = std::max(cart.updated_at_ms, at_ms);
  if (item == nullptr || item->at_ms > at_ms) return false;  // it came back after this removal
  cart.items.erase(cart.items.begin() + (item - cart.items.data()));
  if (!cart.items.empty() || !cart.open()) return false;
  cart.stage = CartStage::kEmptied;
  return true;
}

absl::Status ReplaceItems(Cart& cart, const Value& products, int64_t at_ms, bool* emptied) {
  *emptied = false;
  if (IsLate(cart, at_ms)) return absl::OkStatus();
  Cart next = cart;
  bool had_items = cart.open() && !cart.items.empty();
  std::erase_if(next.items, [&](const Item& item) { return item.at_ms <= at_ms; });
  next.removals.clear();
  for (PackedCursor cursor(products); cursor.Next();) {
    Value product = cursor.value();
    if (!product.is_map()) continue;
    if (Item* item = FindItem(next, ProductOf(product)); item != nullptr && item->at_ms > at_ms) continue;
    RETURN_IF_ERROR(AddItem(next, product, at_ms));
  }
  next.floor_at_ms = at_ms;
  if (!next.items.empty() || had_items) Touch(next, at_ms);
  if (next.items.empty() && had_items) {
    next.stage = CartStage::kEmptied;
    *emptied = true;
  }
  cart = std::move(next);
  return absl::OkStatus();
}

bool CloseCart(Cart& cart, CartStage stage, int64_t at_ms) {
  if (IsLate(cart, at_ms)) return false;
  cart.floor_at_ms = at_ms;
  std::erase_if(cart.items, [&](const Item& item) { return item.at_ms <= at_ms; });
  std::erase_if(cart.removals, [&](const Removal& removal) { return removal.at_ms <= at_ms; });
  if (!cart.open()) return false;
  if (!cart.items.empty()) {
    int64_t opened = std::numeric_limits<int64_t>::max();
    for (const Item& item : cart.items) opened = std::min(opened, item.at_ms);
    cart.opened_at_ms = opened;
    return false;
  }
  cart.stage = stage;
  cart.updated_at_ms = std::max(cart.updated_at_ms, at_ms);
  return true;
}

void MergeCarts(Cart& into, const Cart& from) {
  int64_t floor = std::max(into.floor_at_ms, from.floor_at_ms);
  for (const Item& item : from.items) {
    Item* same = FindItem(into, item.product);
    if (same == nullptr && into.items.size() < kCartItemsMax) into.items.push_back(item);
    else if (same != nullptr && item.at_ms > same->at_ms) *same = item;
  }
  for (const Removal& removal : from.removals) RememberRemoval(into, removal.product, removal.at_ms);
  std::erase_if(into.items,
                [&](const Item& item) { return item.at_ms <= floor || item.at_ms <= RemovedAt(into, item.product); });
  if (from.updated_at_ms > into.updated_at_ms) {
    into.stage = from.stage;
    into.updated_at_ms = from.updated_at_ms;
    if (!from.currency.empty()) into.currency = from.currency;
    if (!from.url.empty()) into.url = from.url;
  }
  into.floor_at_ms = floor;
  if (into.opened_at_ms == 0 || (from.opened_at_ms != 0 && from.opened_at_ms < into.opened_at_ms))
    into.opened_at_ms = from.opened_at_ms;
  if (!into.items.empty() && !into.open()) into.stage = CartStage::kShopping;
  if (into.items.empty() && into.open()) into.stage = floor >= 0 ? CartStage::kEmptied : into.stage;
}

}  // namespace cartwheel
