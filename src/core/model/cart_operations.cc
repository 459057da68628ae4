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
    for (Line& line : cart.lines) line.now = *line.base;
  }
}

void Arrange(Customer& customer) {
  for (Cart& cart : customer.carts) ArrangeItems(cart);
}

// After one operation on the states of its instant: a touch moves no line, and any other but an order moves those of
// one cart.
void ArrangeAfter(Customer& customer, const CartOperation& operation) {
  if (operation.act == CartAct::kActivity || operation.act == CartAct::kCheckout) return;
  if (operation.act == CartAct::kOrder)
    Arrange(customer);
  else
    ArrangeItems(customer.carts[static_cast<size_t>(operation.cart)]);
}

// Whether what it names is there. What the rest of it holds is safe to work with, whatever it is.
bool OperationIsValid(const Customer& c, const CartOperation& operation) {
  if (operation.act > CartAct::kActivity || operation.cart >= static_cast<int32_t>(c.carts.size())) return false;
  const bool of_any =
      operation.act == CartAct::kOrder || operation.act == CartAct::kCheckout || operation.act == CartAct::kActivity;
  if (operation.cart < CartOperation::kNoCart || (operation.cart < 0 && !of_any)) return false;
  if (of_any) return true;
  const size_t lines = c.carts[static_cast<size_t>(operation.cart)].lines.size();
  const bool of_line = operation.act == CartAct::kAdd || operation.act == CartAct::kRemove;
  return (!of_line || operation.line < lines) &&
         std::all_of(operation.parts.begin(), operation.parts.end(),
                     [&](const CartOperation::Part& part) { return part.line < lines; });
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
    for (Line& line : cart.lines) {
      if (line.now.at_ms == 0)
        line.base.Reset();
      else
        line.base.Change() = line.now;
    }
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

// Of many activities, one of two that stand beside each other and are about the same cart says as much, but for an
// operation that comes in between later.
void ThinActivities(OperationLog& log) {
  if (log.activities() <= kActivitiesMax) return;
  std::vector<CartOperation> kept = log.Read();
  auto first = std::adjacent_find(kept.begin(), kept.end(), [&](const CartOperation& a, const CartOperation& b) {
    return a.act == CartAct::kActivity && b.act == CartAct::kActivity && a.cart == b.cart;
  });
  if (first == kept.end()) return;
  kept.erase(first);
  log.Write(kept);
}

// When the newest of the kept operations was that act on the cart, or on others by what is known of it.
std::optional<int64_t> LastKeptOn(Customer& customer, size_t place) {
  const auto number = static_cast<int32_t>(place);
  std::optional<int64_t> at_ms;
  Rewind(customer);
  for (OperationCursor cursor(customer.operations); cursor.Next();) {
    const CartOperation& operation = cursor.operation();
    const CartOutcome outcome = Apply(customer, operation);
    const bool ordered = operation.act == CartAct::kOrder && customer.carts[place].now.ordered_at_ms == operation.at_ms;
    if (operation.cart == number || outcome.cart == number || ordered) at_ms = operation.at_ms;
  }
  Arrange(customer);
  return at_ms;
}

}  // namespace

std::optional<uint32_t> TellLine(Cart& cart, const ToldLine& told, int64_t at_ms) {
  auto known =
      std::find_if(cart.lines.begin(), cart.lines.end(), [&](const Line& line) { return line.name == told.name; });
  if (known == cart.lines.end()) {
    if (cart.lines.size() >= kLinesMax) return std::nullopt;
    known = cart.lines.emplace(cart.lines.end());
    known->name = told.name;
    known->fields.packed = told.properties;
    known->fields.at_ms = at_ms;
    known->facts = told.facts;
  } else {
    Tell(known->fields, told.properties, at_ms);
    known->facts = FactsOf(known->fields.packed);
  }
  return static_cast<uint32_t>(known - cart.lines.begin());
}

CartOutcome Operate(Customer& customer, const CartOperation& operation) {
  OperationLog& log = customer.operations;
  if (operation.act == CartAct::kOrder && IsKept(customer, operation.order)) {
    std::vector<CartOperation> kept = log.Read();
    auto known = std::find_if(kept.begin(), kept.end(), [&](const CartOperation& one) {
      return one.act == CartAct::kOrder && one.order == operation.order;
    });
    if (known->at_ms <= operation.at_ms) return {.cart = known->cart, .late = true};
    kept.erase(known);  // its earliest report counts
    log.Write(kept);
    Replay(customer);
  }
  if (operation.at_ms < customer.operations_floor_at_ms) return OperateBeforeAll(customer, operation);
  CartOutcome outcome;
  if (log.empty() || operation.at_ms >= log.last_at_ms()) {
    outcome = Apply(customer, operation);
    ArrangeAfter(customer, operation);
    log.Append(operation);
  } else {
    std::vector<CartOperation> kept = log.Read();
    auto place = std::upper_bound(kept.begin(), kept.end(), operation.at_ms,
                                  [](int64_t at_ms, const CartOperation& known) { return at_ms < known.at_ms; });
    const auto inserted = kept.insert(place, operation);
    Rewind(customer);
    for (auto one = kept.begin(); one != kept.end(); ++one) {
      const CartOutcome done = Apply(customer, *one);
      if (one == inserted) outcome = done;
    }
    Arrange(customer);
    log.Write(kept);
  }
  ThinActivities(log);
  return outcome;
}

void Replay(Customer& customer) {
  Rewind(customer);
  for (OperationCursor cursor(customer.operations); cursor.Next();) Apply(customer, cursor.operation());
  Arrange(customer);
}

bool RestoreOperations(Customer& customer, std::string_view bytes) {
  Rewind(customer);
  const bool restored = customer.operations.Restore(bytes, [&](const CartOperation& operation) {
    if (!OperationIsValid(customer, operation)) return false;
    Apply(customer, operation);
    return true;
  });
  if (restored) Arrange(customer);
  return restored;
}

void FoldOperations(Customer& customer, int64_t until_ms) {
  std::vector<CartOperation> kept = customer.operations.Read();
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
      const LineState& state = *cart.lines[i].base;
      if (!named[i] && state.quantity == 0 && state.joined == 0) continue;
      if (next != i) cart.lines[next] = std::move(cart.lines[i]);
      ++next;
    }
    if (next == cart.lines.size()) continue;
    cart.lines.resize(next);
    for (Line& line : cart.lines)
      if (line.base->joined != 0) line.base.Change().joined = place[line.base->joined - 1] + 1;
    for (CartOperation& operation : kept) {
      if (operation.cart != static_cast<int32_t>(c)) continue;
      if (operation.act == CartAct::kAdd || operation.act == CartAct::kRemove) operation.line = place[operation.line];
      for (CartOperation::Part& part : operation.parts) part.line = place[part.line];
    }
  }
  customer.operations.Write(kept);
  Replay(customer);
}

void FoldForLate(Customer& customer, int64_t at_ms, int64_t lateness_ms) {
  if (customer.operations.empty()) return;
  const int64_t floor_at_ms = customer.operations.last_at_ms() - lateness_ms;
  if (at_ms >= floor_at_ms) return;
  FoldOperations(customer, floor_at_ms);
  customer.operations_floor_at_ms = std::max(customer.operations_floor_at_ms, floor_at_ms);
}

bool IsKept(const Customer& customer, uint64_t order) {
  if (order == 0) return false;
  for (OperationCursor cursor(customer.operations); cursor.Next();)
    if (cursor.operation().act == CartAct::kOrder && cursor.operation().order == order) return true;
  return false;
}

void DropCart(Customer& customer, size_t place) {
  if (const std::optional<int64_t> until_ms = LastKeptOn(customer, place); until_ms)
    FoldOperations(customer, *until_ms);
  OperationLog& log = customer.operations;
  std::vector<CartOperation> kept = log.Read();
  for (CartOperation& operation : kept)
    if (operation.cart > static_cast<int32_t>(place)) --operation.cart;
  log.Write(kept);
  customer.carts.erase(customer.carts.begin() + static_cast<int64_t>(place));
}

}  // namespace cartwheel
