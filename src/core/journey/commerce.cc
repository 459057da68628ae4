#include "core/journey/commerce.h"

#include <algorithm>
#include <array>
#include <limits>

#include "base/status.h"
#include "cartwheel/limits.h"
#include "core/journey/named_cart.h"
#include "core/journey/revoke.h"
#include "core/model/amount.h"
#include "core/model/cart_operations.h"
#include "core/model/orders.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

void AboutCart(const Customer& customer, int32_t place, JourneyEvent& journey_event) {
  if (place < 0) return;
  journey_event.has_cart = true;
  journey_event.cart = customer.carts[static_cast<size_t>(place)].id;
}

JourneyEvent Derived(EventType type, const Cart& cart, const JourneyEvent& from) {
  JourneyEvent derived = from;
  derived.type = type;
  derived.name = EventTypeName(type);
  derived.only_that_cart = true;
  derived.has_cart = true;
  derived.cart = cart.id;
  return derived;
}

// What operations change of each cart beyond its lines: compared before and after them.
struct CartLook {
  bool live;
  int64_t emptied_at_ms;
};

using CartLooks =
    std::array<CartLook, kCartsMax>;  // by place; of a cart that is not there yet, it was neither live nor emptied

CartLooks LookAtCarts(const Customer& customer) {
  CartLooks looks{};
  for (size_t i = 0; i < std::min(looks.size(), customer.carts.size()); ++i)
    looks[i] = {customer.carts[i].live(), customer.carts[i].now.emptied_at_ms};
  return looks;
}

Metric ClosedMetric(CartStage stage) {
  if (stage == CartStage::kOrdered) return Metric::kCartsOrdered;
  return stage == CartStage::kEmptied ? Metric::kCartsEmptied : Metric::kCartsExpired;
}

// Counts carts that were opened and closed since, revokes what waits for closed ones, and derives cart_emptied.
absl::Status TellChanges(Customer& customer, const CartLooks& before, const JourneyEvent& journey_event,
                         const FoldContext& context, JourneyEvents& journey_events, Effects& effects) {
  for (size_t i = 0; i < std::min(before.size(), customer.carts.size()); ++i) {
    const Cart& cart = customer.carts[i];
    const CartLook was = before[i];
    if (!was.live && cart.live()) effects.Count({.metric = Metric::kCartsOpened});
    if (cart.now.emptied_at_ms > was.emptied_at_ms) {
      journey_events.push_back(Derived(EventType::kCartEmptied, cart, journey_event));
      journey_events.back().at_ms = cart.now.emptied_at_ms;
    }
    if (!was.live || cart.open()) continue;
    effects.Count({.metric = ClosedMetric(cart.now.stage)});
    RETURN_IF_ERROR(RevokeForCart(customer, cart.id, context, effects));
  }
  return absl::OkStatus();
}

void KeepWithinLateness(Customer& customer, const FoldContext& context) {
  const OperationLog& log = customer.operations;
  if (log.size() > kCartOperationsMax) FoldOperations(customer, log.Read()[log.size() / 2].at_ms);
  // Folding costs a replay: it waits until there is more to fold than one operation at a time.
  const int64_t lateness_ms = context.options.event_lateness_ms, slack_ms = lateness_ms / 8;
  if (log.size() > 1 && log.first_at_ms() < log.last_at_ms() - lateness_ms - slack_ms)
    FoldOperations(customer, log.last_at_ms() - lateness_ms);
}

// Of a product that names none: the event's, else what was told of the product, else the shop's.
std::string_view CurrencyOf(const Value& product, const Event& event, const Cart& cart, const FoldContext& context) {
  if (const std::string_view currency = event.Text("currency"); !currency.empty()) return currency;
  const Value shop =
      context.playbooks.current == nullptr ? Value() : FindPacked(context.playbooks.current->shop, "currency");
  const std::string_view ours = shop.is_string() ? shop.text() : std::string_view();
  for (const Line& line : cart.lines)
    if (line.facts.currency != 0 && line.facts.currency != CurrencyCode(ours) &&
        SameProduct(ReadPacked(line.fields.packed), product, false))
      return line.fields.Find("currency").text();
  return ours;
}

// At most so many pieces are in a line; what is beyond them is said in the trail of refusals.
Quantity WithinBound(Quantity pieces, Quantity before, const Cart& cart, Effects& effects) {
  const Quantity bounded = std::clamp(pieces, -kQuantityMax, kQuantityMax);
  if (bounded != pieces || before + bounded > kQuantityMax)
    effects.notices.push_back(
        {Reason::kCartQuantityMax, fmt::format("cart_quantity_max: cart \"{}\" holds at most {} pieces of one line",
                                               cart.id, kQuantityMax / kOnePiece)});
  return bounded;
}

// An add or a removal of one product. False: the cart is full.
bool ChangeLine(Customer& customer, int32_t place, const Value& product, const Event& event, CartAct act,
                const FoldContext& context, CartOutcome& outcome, Effects& effects) {
  Cart& cart = customer.carts[static_cast<size_t>(place)];
  // A cart that is full holds no further line; a removal needs one only to be remembered for an add that comes late.
  const bool full = act == CartAct::kAdd && cart.items.size() >= kCartItemsMax;
  const std::optional<uint32_t> line =
      TellLine(cart, ToldLineOf(product, CurrencyOf(product, event, cart, context)), event.at_ms);
  if (!line || (full && cart.lines[*line].now.quantity == 0)) return false;
  const std::optional<Quantity> said = QuantityOf(product.Find("quantity"));
  Quantity quantity = act == CartAct::kAdd ? kOnePiece : CartOperation::kAll;
  if (said && act == CartAct::kAdd)
    quantity = WithinBound(*said, cart.lines[*line].now.quantity, cart, effects);
  else if (said)
    quantity = std::abs(std::clamp(*said, -kQuantityMax, kQuantityMax));
  const CartOutcome one =
      Operate(customer, {.at_ms = event.at_ms, .act = act, .cart = place, .line = *line, .quantity = quantity});
  outcome.late = outcome.late || one.late;
  outcome.grew = outcome.grew || one.grew;
  return true;
}

// An add or a removal of the event's own product, or of each in its list.
CartOutcome ChangeLines(Customer& customer, int32_t place, const Event& event, CartAct act, const FoldContext& context,
                        Effects& effects) {
  CartOutcome outcome{.cart = place};
  const Value own = ReadPacked(event.properties), list = event.Get("products");
  bool taken = true;
  if (!list.is_list() || LineFingerprint(own) != 0) {
    if (own.is_map()) taken = ChangeLine(customer, place, own, event, act, context, outcome, effects);
  } else {
    for (PackedCursor cursor(list); taken && cursor.Next();)
      if (cursor.value().is_map())
        taken = ChangeLine(customer, place, cursor.value(), event, act, context, outcome, effects);
  }
  if (!taken)
    effects.refusal =
        Refusal{Reason::kCartItemsMax, fmt::format("cart_items_max: cart \"{}\" already holds {} items",
                                                   customer.carts[static_cast<size_t>(place)].id, kCartItemsMax)};
  return outcome;
}

// Without readable products the lines stay as they are.
CartOutcome ReplaceLines(Customer& customer, int32_t place, const Event& event, const FoldContext& context,
                         Effects& effects) {
  CartOperation operation{.at_ms = event.at_ms, .act = CartAct::kSnapshot, .cart = place};
  Cart& cart = customer.carts[static_cast<size_t>(place)];
  const Value list = event.Get("products");
  bool any = false, readable = false;
  for (PackedCursor cursor(list); cursor.Next();) {
    any = true;
    const Value product = cursor.value();
    if (!product.is_map() || product.size() == 0) continue;
    readable = true;
    const std::optional<uint32_t> line =
        TellLine(cart, ToldLineOf(product, CurrencyOf(product, event, cart, context)), event.at_ms);
    if (!line || operation.parts.size() >= kCartItemsMax) {
      effects.refusal =
          Refusal{Reason::kCartItemsMax,
                  fmt::format("cart_items_max: cart \"{}\" would hold more than {} items", cart.id, kCartItemsMax)};
      return {.cart = place, .late = true};
    }
    operation.parts.push_back(
        {*line, WithinBound(QuantityOf(product.Find("quantity")).value_or(kOnePiece), 0, cart, effects)});
  }
  if (!list.is_list() || (any && !readable)) {
    operation.act = CartAct::kActivity;
    operation.parts.clear();
  }
  return Operate(customer, std::move(operation));
}

absl::Status ApplyToCart(Customer& customer, const Event& event, const FoldContext& context, JourneyEvent journey_event,
                         JourneyEvents& journey_events, Effects& effects) {
  ASSIGN_OR_RETURN(const int32_t place, NamedCart(customer, event.Text("cart_id"), context, journey_events, effects));
  const CartLooks before = LookAtCarts(customer);
  const size_t derived = journey_events.size();
  AboutCart(customer, place, journey_event);
  CartOutcome outcome;
  switch (event.type) {
    case EventType::kProductRemoved:
      outcome = ChangeLines(customer, place, event, CartAct::kRemove, context, effects);
      break;
    case EventType::kCartUpdated:
      outcome = ReplaceLines(customer, place, event, context, effects);
      break;
    case EventType::kCartEmptied:
      journey_event.only_that_cart = true;
      outcome = Operate(customer, {.at_ms = event.at_ms, .act = CartAct::kEmpty, .cart = place});
      break;
    default:  // kProductAdded, kWishlistProductAddedToCart
      outcome = ChangeLines(customer, place, event, CartAct::kAdd, context, effects);
  }
  Cart& cart = customer.carts[static_cast<size_t>(place)];
  journey_event.history = outcome.late || event.undated || event.at_ms <= cart.now.ordered_at_ms;
  journey_event.enters = !cart.leftovers || outcome.grew;
  if (outcome.grew && !journey_event.history) cart.leftovers = false;
  if (std::string_view url = event.Text("cart_url"); !url.empty() && event.at_ms >= cart.url_at_ms) {
    cart.url = url;
    cart.url_at_ms = event.at_ms;
  }
  RETURN_IF_ERROR(TellChanges(customer, before, journey_event, context, journey_events, effects));
  journey_events.insert(journey_events.begin() + static_cast<int64_t>(derived), journey_event);
  return absl::OkStatus();
}

// The parts of an order's products that name them, as its operation keeps them; lines that are no products (discounts,
// fees given back) are none of it.
std::string OrderLines(const Event& event) {
  static constexpr std::string_view kNames[] = {"product_id", "variant_id", "variant", "sku", "options", "name"};
  const Value products = event.Get("products");
  if (!products.is_list() || products.size() == 0) return {};
  std::string packed;
  PackedWriter writer(&packed);
  writer.BeginList();
  for (PackedCursor cursor(products); cursor.Next();) {
    const Value product = cursor.value();
    const bool readable = product.is_map();
    if (readable && (MoneyOf(product.Find("price")) < 0 || MoneyOf(product.Find("quantity")) < 0)) continue;
    writer.BeginMap();
    for (std::string_view name : kNames) {
      const Value value = readable ? product.Find(name) : Value();
      if (value.is_absent()) continue;
      writer.Key(name);
      writer.Any(value);
    }
    writer.End();
  }
  writer.End();
  return packed;
}

bool AreOtherProducts(const Value& a, const Value& b) {
  return !a.Find("product_id").is_absent() && !b.Find("product_id").is_absent() && !SameProduct(a, b, false);
}

// Whether a further report of an order names a product that the first one, which is still kept, did not: it is more
// than the same told again.
bool NamesFurtherProducts(const Customer& customer, const Event& event) {
  const uint64_t order = OrderFingerprint(event);
  if (order == 0) return false;
  OperationCursor first(customer.operations);
  do {
    if (!first.Next()) return false;
  } while (first.operation().act != CartAct::kOrder || first.operation().order != order);
  if (first.operation().products.empty()) return false;
  const std::string lines = OrderLines(event);
  for (PackedCursor line(ReadPacked(lines)); !lines.empty() && line.Next();) {
    bool further = line.value().is_map();
    for (PackedCursor known(ReadPacked(first.operation().products)); known.Next();)
      further = further && AreOtherProducts(line.value(), known.value());
    if (further) return true;
  }
  return false;
}

// Takes what was bought out of the carts. `journey_event` is dated when the order was first reported.
absl::Status TakeOrdered(Customer& customer, const Event& event, const FoldContext& context,
                         JourneyEvent& journey_event, JourneyEvents& journey_events, Effects& effects) {
  int32_t place = CartOperation::kNoCart;
  if (event.Get("cart_id").is_string()) {
    ASSIGN_OR_RETURN(place, NamedCart(customer, event.Text("cart_id"), context, journey_events, effects));
  }
  const CartLooks before = LookAtCarts(customer);
  const uint64_t order = NamesFurtherProducts(customer, event) ? 0 : OrderFingerprint(event);
  CartOutcome outcome;
  // What the first report of an order took is not taken again: its lines would not be found, and the whole cart would
  // close.
  if (journey_event.told_again && order != 0 && !IsKept(customer, order)) {
    if (place >= 0 && customer.carts[static_cast<size_t>(place)].now.opened_at_ms != 0) outcome.cart = place;
  } else {
    outcome = Operate(customer, {.at_ms = journey_event.at_ms,
                                 .act = CartAct::kOrder,
                                 .cart = place,
                                 .order = order,
                                 .products = OrderLines(event)});
  }
  if (outcome.cart >= 0) {
    AboutCart(customer, outcome.cart, journey_event);
    journey_event.only_that_cart = true;
  }
  for (Cart& cart : customer.carts) {
    const bool concerned = outcome.cart < 0 || &cart == &customer.carts[static_cast<size_t>(outcome.cart)];
    if (!concerned || !cart.live()) continue;
    const bool heard_in_time =
        !journey_event.told_again && context.ingested_at_ms - journey_event.at_ms <= context.options.late_stop_max_ms;
    if (cart.now.ordered_at_ms >= cart.now.opened_at_ms || heard_in_time) cart.leftovers = true;
  }
  return TellChanges(customer, before, journey_event, context, journey_events, effects);
}

// When an order that another customer's event names was first heard of here.
int64_t FirstTakenAt(const Customer& customer, const Event& event) {
  int64_t at_ms = FirstReportedAt(customer, event);
  const uint64_t order = OrderFingerprint(event);
  for (OperationCursor cursor(customer.operations); cursor.Next();)
    if (cursor.operation().act == CartAct::kOrder && cursor.operation().order == order)
      at_ms = std::min(at_ms, cursor.operation().at_ms);
  return at_ms;
}

// The cart that an event names, or the open one used last.
const Cart* CartAtHand(Customer& customer, const Event& event) {
  return event.Get("cart_id").is_string() ? customer.FindCart(event.Text("cart_id")) : customer.NewestOpenCart();
}

bool ToCheckout(EventType type) {
  return type == EventType::kCheckoutStarted || type == EventType::kPaymentInfoEntered;
}

absl::Status MarkCartActive(Customer& customer, const Event& event, const FoldContext& context,
                            JourneyEvent& journey_event, JourneyEvents& journey_events, Effects& effects) {
  CartOperation operation{.at_ms = event.at_ms,
                          .act = ToCheckout(event.type) ? CartAct::kCheckout : CartAct::kActivity};
  int32_t place = CartOperation::kNoCart;
  bool late = false;
  if (IsActivity(event) && !event.undated) {
    if (event.Get("cart_id").is_string()) {
      ASSIGN_OR_RETURN(operation.cart, NamedCart(customer, event.Text("cart_id"), context, journey_events, effects));
    }
    const CartOutcome outcome = Operate(customer, std::move(operation));
    place = outcome.cart;
    late = outcome.late;
  } else if (const Cart* cart = CartAtHand(customer, event); cart != nullptr) {
    place = static_cast<int32_t>(cart - customer.carts.data());
  }
  if (place < 0) return absl::OkStatus();
  AboutCart(customer, place, journey_event);
  const Cart& cart = customer.carts[static_cast<size_t>(place)];
  journey_event.history =
      journey_event.history || late || event.at_ms <= cart.now.floor_at_ms || event.at_ms <= cart.now.ordered_at_ms;
  journey_event.enters = !cart.leftovers || !IsAboutCarts(event.type);
  return absl::OkStatus();
}

}  // namespace

absl::Status ApplyCommerce(Customer& customer, const Event& event, const FoldContext& context,
                           JourneyEvents& journey_events, Effects& effects) {
  JourneyEvent journey_event{
      .type = event.type, .name = event.type_name, .at_ms = event.at_ms, .event = &event, .history = event.undated};
  FoldForLate(customer, event.at_ms, context.options.event_lateness_ms);
  switch (event.type) {
    case EventType::kProductAdded:
    case EventType::kWishlistProductAddedToCart:
    case EventType::kProductRemoved:
    case EventType::kCartUpdated:
    case EventType::kCartEmptied:
      RETURN_IF_ERROR(ApplyToCart(customer, event, context, journey_event, journey_events, effects));
      KeepWithinLateness(customer, context);
      return absl::OkStatus();
    case EventType::kOrderCompleted: {
      journey_event.told_again = WasReported(customer, event) && !NamesFurtherProducts(customer, event);
      if (journey_event.told_again) journey_event.at_ms = FirstReportedAt(customer, event);
      JourneyEvents derived;
      RETURN_IF_ERROR(TakeOrdered(customer, event, context, journey_event, derived, effects));
      // Reported twice (browser and server), it is worth nothing the second time.
      journey_event.value = CountOrder(customer, event, context, effects);
      journey_events.push_back(journey_event);
      journey_events.insert(journey_events.end(), derived.begin(), derived.end());
      KeepWithinLateness(customer, context);
      return absl::OkStatus();
    }
    case EventType::kOrderCancelled:
    case EventType::kOrderRefunded:
      TakeBackOrder(customer, event, effects);
      break;
    default:
      RETURN_IF_ERROR(MarkCartActive(customer, event, context, journey_event, journey_events, effects));
      KeepWithinLateness(customer, context);
  }
  journey_events.push_back(journey_event);
  return absl::OkStatus();
}

absl::Status ExitForOrder(Customer& customer, const Event& event, const FoldContext& context,
                          JourneyEvents& journey_events, Effects& effects) {
  JourneyEvent journey_event{
      .type = event.type, .name = event.type_name, .at_ms = event.at_ms, .event = &event, .exits_only = true};
  FoldForLate(customer, event.at_ms, context.options.event_lateness_ms);
  journey_event.told_again = WasReported(customer, event) || IsKept(customer, OrderFingerprint(event));
  if (journey_event.told_again) journey_event.at_ms = FirstTakenAt(customer, event);
  JourneyEvents derived;
  RETURN_IF_ERROR(TakeOrdered(customer, event, context, journey_event, derived, effects));
  journey_events.push_back(journey_event);
  journey_events.insert(journey_events.end(), derived.begin(), derived.end());
  KeepWithinLateness(customer, context);
  return absl::OkStatus();
}

absl::Status ExpireCarts(Customer& customer, const FoldContext& context, JourneyEvents& journey_events,
                         Effects& effects) {
  for (size_t i = 0; i < customer.carts.size(); ++i) {
    const int64_t idle_until = customer.carts[i].now.updated_at_ms + context.options.cart_idle_ms;
    if (!customer.carts[i].open() || idle_until > context.now_ms) continue;
    RETURN_IF_ERROR(ExpireCart(customer, i, idle_until, Reason::kIdle, context, journey_events, effects));
  }
  return absl::OkStatus();
}

}  // namespace cartwheel
