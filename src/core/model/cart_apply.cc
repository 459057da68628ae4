#include "core/model/cart_apply.h"

#include <algorithm>
#include <vector>

#include "base/packed.h"
#include "core/model/customer.h"

namespace cartwheel {
namespace {

// The line that counts for the one at `place`.
uint32_t Root(const Cart& cart, uint32_t place) {
  const uint32_t joined = cart.lines[place].now.joined;
  return joined == 0 ? place : joined - 1;
}

// Fields by which a line and those that joined it are compared.
bool Agrees(const Cart& cart, uint32_t root, const Value& product, bool by_name) {
  if (!SameProduct(ReadPacked(cart.lines[root].fields.packed), product, by_name)) return false;
  for (const Line& line : cart.lines)
    if (line.now.joined == root + 1 && !SameProduct(ReadPacked(line.fields.packed), product, by_name)) return false;
  return true;
}

bool IsThere(const Line& line) { return line.now.joined == 0 && line.now.quantity != 0; }

// A line that is not in the cart joins the only line that it agrees with.
uint32_t Join(Cart& cart, uint32_t place, int64_t at_ms) {
  const uint32_t root = Root(cart, place);
  if (cart.lines[root].now.quantity != 0) return root;
  cart.lines[place].now.joined = 0;
  const Value product = ReadPacked(cart.lines[place].fields.packed);
  const uint32_t id = cart.lines[place].facts.product;
  uint32_t found = 0, count = 0;
  for (uint32_t i = 0; i < cart.lines.size(); ++i) {
    const uint32_t other = cart.lines[i].facts.product;
    const bool differs = id != 0 && other != 0 && id != other;  // as most do
    if (differs || i == place || !IsThere(cart.lines[i]) || !Agrees(cart, i, product, false)) continue;
    found = i;
    ++count;
  }
  if (count != 1) return place;
  cart.lines[place].now.joined = found + 1;
  // it is more than a name now: a line that no operation touched is not written down
  cart.lines[place].now.at_ms = at_ms;
  return found;
}

void Clear(Cart& cart, uint32_t root) {
  for (Line& line : cart.lines)
    if (line.now.joined == root + 1) line.now.joined = 0;
  cart.lines[root].now.quantity = 0;
}

bool HasItems(const Cart& cart) {
  return std::any_of(cart.lines.begin(), cart.lines.end(), [](const Line& line) { return line.is_item(); });
}

// An operation on an open cart moves its last activity; one on a closed cart opens it anew.
void MarkActive(Cart& cart, int64_t at_ms) {
  if (!cart.open()) {
    cart.now.stage = CartStage::kShopping;
    cart.now.opened_at_ms = at_ms;
  }
  cart.now.updated_at_ms = std::max(cart.now.updated_at_ms, at_ms);
}

void Close(Cart& cart, CartStage stage, int64_t at_ms) {
  cart.now.floor_at_ms = std::max(cart.now.floor_at_ms, at_ms);
  for (Line& line : cart.lines) line.now.quantity = line.now.joined = 0;
  if (!cart.open()) return;
  cart.now.stage = stage;
  cart.now.updated_at_ms = std::max(cart.now.updated_at_ms, at_ms);
}

// After something was taken out: an open cart without an item is empty, and a discount that stands in it alone goes
// too.
void CloseIfEmpty(Cart& cart, int64_t at_ms) {
  if (!cart.open() || HasItems(cart)) return;
  for (Line& line : cart.lines) line.now.quantity = line.now.joined = 0;
  cart.now.stage = CartStage::kEmptied;
  cart.now.emptied_at_ms = at_ms;
}

void Add(Cart& cart, const CartOperation& operation, CartOutcome& outcome) {
  if (operation.quantity == 0) return;
  const uint32_t place = Join(cart, operation.line, operation.at_ms);
  Line& line = cart.lines[place];
  const Quantity before = line.now.quantity;
  line.now.quantity = std::clamp(before + operation.quantity, -kQuantityMax, kQuantityMax);
  line.now.at_ms = operation.at_ms;
  if (before <= 0) {
    line.now.since_ms = operation.at_ms;
    line.now.rank = 0;
  }
  outcome.grew = line.now.quantity > before;
  MarkActive(cart, operation.at_ms);
  if (before <= 0 || line.now.quantity > 0) return;
  if (line.now.quantity == 0) Clear(cart, place);
  CloseIfEmpty(cart, operation.at_ms);
}

void Remove(Cart& cart, const CartOperation& operation) {
  const Value product = ReadPacked(cart.lines[operation.line].fields.packed);
  const bool nameless = cart.lines[operation.line].name == 0;  // it agrees with everything
  std::vector<uint32_t> places;
  for (uint32_t i = 0; i < cart.lines.size(); ++i)
    if (IsThere(cart.lines[i]) && (nameless || Agrees(cart, i, product, false))) places.push_back(i);
  // The very line first, then the newest.
  std::stable_sort(places.begin(), places.end(), [&](uint32_t a, uint32_t b) {
    const bool first = a == operation.line, second = b == operation.line;
    return first != second ? first : cart.lines[a].now.at_ms > cart.lines[b].now.at_ms;
  });
  Quantity left = operation.quantity;
  for (const uint32_t place : places) {
    Line& line = cart.lines[place];
    if (left != CartOperation::kAll && left <= 0) break;
    if (left == CartOperation::kAll || line.now.quantity <= left) {
      if (left != CartOperation::kAll) left -= std::max<Quantity>(line.now.quantity, 0);
      Clear(cart, place);
    } else {
      line.now.quantity -= left;
      left = 0;
    }
    line.now.at_ms = operation.at_ms;
  }
  cart.now.updated_at_ms = std::max(cart.now.updated_at_ms, operation.at_ms);
  if (!places.empty()) CloseIfEmpty(cart, operation.at_ms);
}

void Snapshot(Cart& cart, const CartOperation& operation, CartOutcome& outcome) {
  std::vector<Quantity> before;
  for (Line& line : cart.lines) {
    before.push_back(line.now.joined == 0 ? line.now.quantity : cart.lines[line.now.joined - 1].now.quantity);
    line.now.quantity = line.now.joined = 0;
  }
  const bool had_lines = std::any_of(before.begin(), before.end(), [](Quantity quantity) { return quantity > 0; });
  uint32_t rank = 0;
  for (const CartOperation::Part& part : operation.parts) {
    Line& line = cart.lines[part.line];
    line.now.quantity = std::clamp(line.now.quantity + part.quantity, -kQuantityMax, kQuantityMax);
    line.now.since_ms = line.now.at_ms = operation.at_ms;
    line.now.rank = rank++;
    outcome.grew = outcome.grew || line.now.quantity > before[part.line];
  }
  cart.now.floor_at_ms = std::max(cart.now.floor_at_ms, operation.at_ms);
  if (!HasItems(cart) && !had_lines) return;
  MarkActive(cart, operation.at_ms);
  CloseIfEmpty(cart, operation.at_ms);
}

struct Matched {
  Cart* cart;
  uint32_t line;
};

// The lines that an order names. Empty: it names none, or one of them was found in no cart, and the order is of
// everything.
std::vector<Matched> LinesOf(const std::vector<Cart*>& carts, const CartOperation& operation) {
  std::vector<Matched> matched;
  for (PackedCursor cursor(ReadPacked(operation.products)); cursor.Next();) {
    if (!cursor.value().is_map()) return {};
    const size_t before = matched.size();
    for (Cart* cart : carts)
      for (uint32_t i = 0; i < cart->lines.size(); ++i)
        if (IsThere(cart->lines[i]) && Agrees(*cart, i, cursor.value(), true)) matched.push_back({cart, i});
    if (matched.size() == before) return {};
  }
  return matched;
}

void TakeOrdered(Customer& customer, const CartOperation& operation, CartOutcome& outcome) {
  std::vector<Cart*> carts;
  const bool known = operation.cart >= 0 && customer.carts[static_cast<size_t>(operation.cart)].now.opened_at_ms != 0;
  if (known)
    carts.push_back(&customer.carts[static_cast<size_t>(operation.cart)]);
  else
    for (Cart& cart : customer.carts) carts.push_back(&cart);
  outcome.cart = known ? operation.cart : CartOperation::kNoCart;
  const std::vector<Matched> matched = LinesOf(carts, operation);
  outcome.closed_all = !known && matched.empty();
  for (const Matched& match : matched) {
    if (!IsThere(match.cart->lines[match.line])) continue;  // named twice
    Clear(*match.cart, match.line);
    match.cart->now.ordered_at_ms = operation.at_ms;
  }
  for (Cart* cart : carts) {
    if (!matched.empty() && (HasItems(*cart) || cart->now.ordered_at_ms != operation.at_ms)) continue;
    cart->now.ordered_at_ms = operation.at_ms;
    Close(*cart, CartStage::kOrdered, operation.at_ms);
  }
}

Cart* AtHand(Customer& customer) {
  const Cart* newest = customer.NewestOpenCart();
  return newest == nullptr ? nullptr : &customer.carts[static_cast<size_t>(newest - customer.carts.data())];
}

void TouchCart(Customer& customer, const CartOperation& operation, CartOutcome& outcome) {
  Cart* cart = operation.cart >= 0 ? &customer.carts[static_cast<size_t>(operation.cart)] : AtHand(customer);
  if (cart == nullptr) return;
  outcome.cart = static_cast<int32_t>(cart - customer.carts.data());
  outcome.late = operation.at_ms <= cart->now.floor_at_ms;
  if (outcome.late || !cart->open()) return;
  cart->now.updated_at_ms = std::max(cart->now.updated_at_ms, operation.at_ms);
  if (operation.act == CartAct::kCheckout) cart->now.stage = CartStage::kCheckout;
}

}  // namespace

CartOutcome Apply(Customer& customer, const CartOperation& operation) {
  CartOutcome outcome{.cart = operation.cart};
  if (operation.act == CartAct::kOrder) {
    TakeOrdered(customer, operation, outcome);
    return outcome;
  }
  if (operation.act == CartAct::kCheckout || operation.act == CartAct::kTouch) {
    TouchCart(customer, operation, outcome);
    return outcome;
  }
  Cart& cart = customer.carts[static_cast<size_t>(operation.cart)];
  outcome.late = operation.at_ms <= cart.now.floor_at_ms;
  if (outcome.late) return outcome;
  switch (operation.act) {
    case CartAct::kAdd:
      Add(cart, operation, outcome);
      break;
    case CartAct::kRemove:
      Remove(cart, operation);
      break;
    case CartAct::kSnapshot:
      Snapshot(cart, operation, outcome);
      break;
    case CartAct::kEmpty:
      Close(cart, CartStage::kEmptied, operation.at_ms);
      break;
    case CartAct::kExpire:
      Close(cart, CartStage::kExpired, operation.at_ms);
      break;
    case CartAct::kOrder:
    case CartAct::kCheckout:
    case CartAct::kTouch:
      break;
  }
  return outcome;
}

}  // namespace cartwheel
