#include "core/model/cart_merge.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "cartwheel/limits.h"
#include "core/model/cart_operations.h"
#include "core/model/customer.h"

namespace cartwheel {
namespace {

// Takes out what the other customer's cart was ordered, emptied or replaced after. A cart's own floor took out its
// lines when it came, and left those that its snapshot brought, which are of that very instant.
void ClearBaseUpTo(Cart& cart, int64_t floor_at_ms) {
  for (Line& line : cart.lines) {
    if (!line.base.is_set() || line.base->at_ms > floor_at_ms) continue;
    LineState& state = line.base.Change();
    state.quantity = 0;
    state.joined = 0;
  }
}

void CloseBaseUpTo(Cart& cart, int64_t floor_at_ms) {
  if (floor_at_ms <= cart.base.floor_at_ms) return;
  cart.base.floor_at_ms = floor_at_ms;
  ClearBaseUpTo(cart, floor_at_ms);
  const bool left =
      std::any_of(cart.lines.begin(), cart.lines.end(), [](const Line& line) { return line.base->quantity != 0; });
  const bool open = cart.base.opened_at_ms != 0 &&
                    (cart.base.stage == CartStage::kShopping || cart.base.stage == CartStage::kCheckout);
  if (open && !left) {
    cart.base.stage = CartStage::kOrdered;
    cart.base.updated_at_ms = std::max(cart.base.updated_at_ms, floor_at_ms);
  }
}

// The base states of both: the later operation of each line counts, the stage of the cart that was updated last.
void MergeBase(CartState& ours, const CartState& theirs, bool any_line) {
  if (theirs.updated_at_ms > ours.updated_at_ms) {
    ours.stage = theirs.stage;
    ours.updated_at_ms = theirs.updated_at_ms;
  }
  ours.floor_at_ms = std::max(ours.floor_at_ms, theirs.floor_at_ms);
  ours.ordered_at_ms = std::max(ours.ordered_at_ms, theirs.ordered_at_ms);
  ours.emptied_at_ms = std::max(ours.emptied_at_ms, theirs.emptied_at_ms);
  if (ours.opened_at_ms == 0 || (theirs.opened_at_ms != 0 && theirs.opened_at_ms < ours.opened_at_ms))
    ours.opened_at_ms = theirs.opened_at_ms;
  const bool open = ours.stage == CartStage::kShopping || ours.stage == CartStage::kCheckout;
  if (any_line && !open) ours.stage = CartStage::kShopping;
  if (!any_line && open && ours.floor_at_ms >= 0) ours.stage = CartStage::kEmptied;
}

// Whether the customer's carts have this order of the device's already: a purchase that named both was told to both,
// and a second selection of the same lines would find none and close the cart. Of two reports the earlier one counts.
bool IsCounted(const Customer& customer, std::vector<CartOperation>& kept, const CartOperation& operation) {
  if (operation.act != CartAct::kOrder || operation.order == 0) return false;
  auto known = std::find_if(kept.begin(), kept.end(), [&](const CartOperation& one) {
    return one.act == CartAct::kOrder && one.order == operation.order;
  });
  if (known == kept.end())
    return std::any_of(customer.recent_orders.begin(), customer.recent_orders.end(),
                       [&](const Order& order) { return order.id == operation.order && order.reported; });
  if (known->at_ms <= operation.at_ms) return true;
  kept.erase(known);
  return false;
}

// A cart that either had filled is known by its name, also where the other's order of everything is later than all that
// was done to it.
void KeepKnown(Cart& cart, int64_t opened_at_ms) {
  if (cart.now.opened_at_ms != 0 || opened_at_ms == 0) return;
  for (CartState* state : {&cart.base, &cart.now}) {
    state->opened_at_ms = opened_at_ms;
    state->stage = CartStage::kOrdered;
  }
}

// `places`: where each line of theirs is in ours.
void MergeCart(Cart& ours, Cart theirs, std::vector<uint32_t>& places) {
  const int64_t our_floor_at_ms = ours.base.floor_at_ms;
  ClearBaseUpTo(ours, theirs.base.floor_at_ms);
  ClearBaseUpTo(theirs, our_floor_at_ms);
  for (const Line& line : theirs.lines) {
    auto same =
        std::find_if(ours.lines.begin(), ours.lines.end(), [&](const Line& known) { return known.name == line.name; });
    places.push_back(static_cast<uint32_t>(same - ours.lines.begin()));
    if (same == ours.lines.end()) {
      ours.lines.push_back(line);
      continue;
    }
    TellAll(same->fields, line.fields);
    same->facts = FactsOf(same->fields.packed);
    if (line.base->at_ms > same->base->at_ms) same->base = line.base;
  }
  for (size_t i = 0; i < theirs.lines.size(); ++i) {
    Rare<LineState>& state = ours.lines[places[i]].base;
    const LineState& their_state = *theirs.lines[i].base;
    if (state->joined != 0 && state->at_ms == their_state.at_ms && their_state.joined != 0)
      state.Change().joined = places[their_state.joined - 1] + 1;
  }
  const bool any =
      std::any_of(ours.lines.begin(), ours.lines.end(), [](const Line& line) { return line.base->quantity != 0; });
  MergeBase(ours.base, theirs.base, any);
  if (theirs.url_at_ms > ours.url_at_ms && !theirs.url.empty()) {
    ours.url = theirs.url;
    ours.url_at_ms = theirs.url_at_ms;
  }
  ours.leftovers = ours.leftovers || theirs.leftovers;
}

}  // namespace

void MergeCarts(Customer& customer, const Customer& device) {
  std::vector<int32_t> carts;
  std::vector<std::vector<uint32_t>> lines;
  std::vector<int64_t> opened_at_ms;
  for (const Cart& ours : customer.carts) opened_at_ms.push_back(ours.now.opened_at_ms);
  for (const Cart& theirs : device.carts) {
    Cart* ours = customer.FindCart(theirs.id);
    lines.emplace_back();
    if (ours == nullptr) {
      carts.push_back(static_cast<int32_t>(customer.carts.size()));
      for (uint32_t i = 0; i < theirs.lines.size(); ++i) lines.back().push_back(i);
      customer.carts.push_back(theirs);
      opened_at_ms.push_back(theirs.now.opened_at_ms);
      continue;
    }
    carts.push_back(static_cast<int32_t>(ours - customer.carts.data()));
    int64_t& opened = opened_at_ms[static_cast<size_t>(carts.back())];
    opened = std::max(opened, theirs.now.opened_at_ms);
    MergeCart(*ours, theirs, lines.back());
  }
  std::vector<CartOperation> kept = customer.operations.Read();
  for (CartOperation& operation : device.operations.Read()) {
    if (IsCounted(customer, kept, operation)) continue;
    if (operation.cart >= 0) {
      const auto from = static_cast<size_t>(operation.cart);
      operation.cart = carts[from];
      if (operation.act == CartAct::kAdd || operation.act == CartAct::kRemove)
        operation.line = lines[from][operation.line];
      for (CartOperation::Part& part : operation.parts) part.line = lines[from][part.line];
    }
    kept.push_back(std::move(operation));
  }
  std::stable_sort(kept.begin(), kept.end(),
                   [](const CartOperation& a, const CartOperation& b) { return a.at_ms < b.at_ms; });
  customer.operations.Write(kept);
  customer.carts_floor_at_ms = std::max(customer.carts_floor_at_ms, device.carts_floor_at_ms);
  customer.operations_floor_at_ms = std::max(customer.operations_floor_at_ms, device.operations_floor_at_ms);
  for (Cart& cart : customer.carts) CloseBaseUpTo(cart, customer.carts_floor_at_ms);
  FoldOperations(
      customer,
      customer.operations_floor_at_ms);  // of what either folded the other's operations are in the base states too
  for (size_t i = 0; i < customer.carts.size(); ++i) KeepKnown(customer.carts[i], opened_at_ms[i]);
}

void ForgetCartsBefore(Customer& device, int64_t erased_at_ms) {
  std::vector<CartOperation> kept = device.operations.Read();
  std::erase_if(kept, [&](const CartOperation& operation) { return operation.at_ms <= erased_at_ms; });
  device.operations.Write(kept);
  for (Cart& cart : device.carts) ClearBaseUpTo(cart, erased_at_ms);
  Replay(device);
  for (size_t i = device.carts.size(); i-- > 0;)
    if (device.carts[i].last_heard_at_ms() <= erased_at_ms) DropCart(device, i);
  FoldOperations(device, 0);  // lines that only what is forgotten named
}

}  // namespace cartwheel
