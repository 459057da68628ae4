#include "core/model/cart_operations.h"

#include <algorithm>
#include <utility>

#include "base/packed.h"
#include "cartwheel/limits.h"
#include "core/model/cart_apply.h"
#include "core/model/customer.h"

namespace cartwheel {
namespace {

void Rewind(Customer& customer) {
  for (Cart& cart : customer.carts) {
    cart.now = cart.base;
    for (Line& line : cart.lines) line.now = line.base;
  }
}

void Arrange(Customer& customer) {
  for (Cart& cart : customer.carts) ArrangeItems(cart);
}

// After one operation on the states of its instant: a touch moves no line, and any other but an order moves those of
// one cart.
void ArrangeAfter(Customer& customer, const CartOperation& operation) {
  if (operation.act == CartAct::kTouch || operation.act == CartAct::kCheckout) return;
  if (operation.act == CartAct::kOrder)
    Arrange(customer);
  else
    ArrangeItems(customer.carts[static_cast<size_t>(operation.cart)]);
}

bool TakesAway(CartAct act) { return act == CartAct::kRemove || act == CartAct::kEmpty || act == CartAct::kOrder; }

// Does an operation in the states of a later instant: lines that were told of since stay as they are.
CartOutcome ApplyBeneath(Customer& customer, const CartOperation& operation) {
  std::vector<std::pair<Line*, LineState>> newer;
  std::vector<CartStage> stages;
  for (Cart& cart : customer.carts) {
    stages.push_back(cart.now.stage);
    for (Line& line : cart.lines)
      if (line.now.at_ms > operation.at_ms) {
        newer.emplace_back(&line, line.now);
        line.now.quantity = 0;
      }
  }
  CartOutcome outcome = Apply(customer, operation);
  outcome.late = true;
  for (auto& [line, state] : newer) line->now = state;
  for (size_t i = 0; i < stages.size(); ++i) {
    Cart& cart = customer.carts[i];
    ArrangeItems(cart);
    if (cart.items.empty() || cart.open()) continue;  // what came after it keeps the cart open
    cart.now.stage = stages[i];
    cart.now.opened_at_ms = cart.item(0).now.since_ms;
  }
  return outcome;
}

void TakeAsBase(Customer& customer) {
  for (Cart& cart : customer.carts) {
    cart.base = cart.now;
    for (Line& line : cart.lines) line.base = line.now;
  }
}

// What happened before the operations that are kept may only take away: it acts on the base states.
CartOutcome OperateBeforeAll(Customer& customer, const CartOperation& operation) {
  if (!TakesAway(operation.act)) return {.cart = operation.cart, .late = true};
  Rewind(customer);
  const CartOutcome outcome = ApplyBeneath(customer, operation);
  if (outcome.closed_all) customer.carts_floor_at_ms = std::max(customer.carts_floor_at_ms, operation.at_ms);
  TakeAsBase(customer);
  Replay(customer);
  return outcome;
}

// Of many touches, one of two that stand beside each other and are about the same cart says as much, but for an
// operation that comes in between later.
void ThinTouches(std::vector<CartOperation>& kept) {
  auto is_touch = [](const CartOperation& operation) { return operation.act == CartAct::kTouch; };
  if (static_cast<size_t>(std::count_if(kept.begin(), kept.end(), is_touch)) <= kTouchesMax) return;
  auto first = std::adjacent_find(kept.begin(), kept.end(), [&](const CartOperation& a, const CartOperation& b) {
    return is_touch(a) && is_touch(b) && a.cart == b.cart;
  });
  if (first != kept.end()) kept.erase(first);
}

}  // namespace

std::optional<uint32_t> TellLine(Cart& cart, std::string properties, int64_t at_ms) {
  const uint64_t name = LineFingerprint(ReadPacked(properties));
  auto known = std::find_if(cart.lines.begin(), cart.lines.end(), [&](const Line& line) { return line.name == name; });
  if (known == cart.lines.end()) {
    if (cart.lines.size() >= kLinesMax) return std::nullopt;
    known = cart.lines.emplace(cart.lines.end());
    known->name = name;
    known->fields.packed = std::move(properties);
    known->fields.at_ms = at_ms;
  } else {
    Tell(known->fields, properties, at_ms);
  }
  known->facts = FactsOf(known->fields.packed);
  return static_cast<uint32_t>(known - cart.lines.begin());
}

CartOutcome Operate(Customer& customer, CartOperation operation) {
  if (operation.act == CartAct::kOrder && operation.order != 0) {
    auto known = std::find_if(customer.operations.begin(), customer.operations.end(), [&](const CartOperation& kept) {
      return kept.act == CartAct::kOrder && kept.order == operation.order;
    });
    if (known != customer.operations.end() && known->at_ms <= operation.at_ms)
      return {.cart = known->cart, .late = true};
    if (known != customer.operations.end()) {  // its earliest report counts
      customer.operations.erase(known);
      Replay(customer);
    }
  }
  if (operation.at_ms < customer.operations_floor_at_ms) return OperateBeforeAll(customer, operation);
  auto& kept = customer.operations;
  auto place = std::upper_bound(kept.begin(), kept.end(), operation.at_ms,
                                [](int64_t at_ms, const CartOperation& known) { return at_ms < known.at_ms; });
  if (place == kept.end()) {
    const CartOutcome outcome = Apply(customer, operation);
    ArrangeAfter(customer, operation);
    kept.push_back(std::move(operation));
    ThinTouches(kept);
    return outcome;
  }
  const auto inserted = static_cast<size_t>(place - kept.begin());
  kept.insert(place, std::move(operation));
  Rewind(customer);
  CartOutcome outcome;
  for (size_t i = 0; i < kept.size(); ++i) {
    const CartOutcome done = Apply(customer, kept[i]);
    if (i == inserted) outcome = done;
  }
  Arrange(customer);
  ThinTouches(kept);
  return outcome;
}

void Replay(Customer& customer) {
  Rewind(customer);
  for (const CartOperation& operation : customer.operations) Apply(customer, operation);
  Arrange(customer);
}

void FoldOperations(Customer& customer, int64_t until_ms) {
  auto& kept = customer.operations;
  const int64_t floor_at_ms = customer.operations_floor_at_ms;
  Rewind(customer);
  size_t folded = 0;
  for (; folded < kept.size() && kept[folded].at_ms <= until_ms; ++folded) {
    // After a merge one customer's operations may be older than what the other folded.
    const bool beneath = kept[folded].at_ms < floor_at_ms && kept[folded].act != CartAct::kAdd;
    const CartOutcome done = beneath ? ApplyBeneath(customer, kept[folded]) : Apply(customer, kept[folded]);
    customer.operations_floor_at_ms = std::max(customer.operations_floor_at_ms, kept[folded].at_ms);
    if (done.closed_all) customer.carts_floor_at_ms = std::max(customer.carts_floor_at_ms, kept[folded].at_ms);
  }
  kept.erase(kept.begin(), kept.begin() + static_cast<int64_t>(folded));
  TakeAsBase(customer);
  // Lines that are gone and that no operation names.
  for (size_t c = 0; c < customer.carts.size(); ++c) {
    Cart& cart = customer.carts[c];
    std::vector<bool> named(cart.lines.size());
    for (const CartOperation& operation : kept) {
      if (operation.cart != static_cast<int32_t>(c)) continue;
      if (operation.act == CartAct::kAdd || operation.act == CartAct::kRemove) named[operation.line] = true;
      for (const CartOperation::Part& part : operation.parts) named[part.line] = true;
    }
    std::vector<uint32_t> place(cart.lines.size());
    uint32_t next = 0;
    for (uint32_t i = 0; i < cart.lines.size(); ++i) {
      place[i] = next;
      const LineState& state = cart.lines[i].base;
      if (!named[i] && state.quantity == 0 && state.joined == 0) continue;
      if (next != i) cart.lines[next] = std::move(cart.lines[i]);
      ++next;
    }
    if (next == cart.lines.size()) continue;
    cart.lines.resize(next);
    for (Line& line : cart.lines)
      if (line.base.joined != 0) line.base.joined = place[line.base.joined - 1] + 1;
    for (CartOperation& operation : kept) {
      if (operation.cart != static_cast<int32_t>(c)) continue;
      if (operation.act == CartAct::kAdd || operation.act == CartAct::kRemove) operation.line = place[operation.line];
      for (CartOperation::Part& part : operation.parts) part.line = place[part.line];
    }
  }
  Replay(customer);
}

void FoldForLate(Customer& customer, int64_t at_ms, int64_t lateness_ms) {
  if (customer.operations.empty()) return;
  const int64_t floor_at_ms = customer.operations.back().at_ms - lateness_ms;
  if (at_ms >= floor_at_ms) return;
  FoldOperations(customer, floor_at_ms);
  customer.operations_floor_at_ms = std::max(customer.operations_floor_at_ms, floor_at_ms);
}

bool IsKept(const Customer& customer, uint64_t order) {
  return order != 0 &&
         std::any_of(customer.operations.begin(), customer.operations.end(),
                     [&](const CartOperation& kept) { return kept.act == CartAct::kOrder && kept.order == order; });
}

void DropCart(Customer& customer, size_t place) {
  std::erase_if(customer.operations,
                [&](const CartOperation& operation) { return operation.cart == static_cast<int32_t>(place); });
  for (CartOperation& operation : customer.operations)
    if (operation.cart > static_cast<int32_t>(place)) --operation.cart;
  customer.carts.erase(customer.carts.begin() + static_cast<int64_t>(place));
}

}  // namespace cartwheel
