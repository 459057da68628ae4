#include "core/orders.h"

#include <algorithm>
#include <limits>

#include "base/packed.h"
#include "cartwheel/limits.h"
#include "core/amount.h"

namespace cartwheel {
namespace {

constexpr Money kWhole = std::numeric_limits<Money>::max();

// Fingerprint of the order's id; 0: it has none.
uint64_t OrderId(const Event& event) {
  Value id = event.Get("order_id");
  if (!id.is_string() && id.kind() != Kind::kInt) return 0;
  std::string text;
  AppendJson(id, &text);
  return SipDigest(text).low | 1;
}

Order* FindOrder(Customer& customer, uint64_t id) {
  if (id == 0) return nullptr;
  auto& orders = customer.recent_orders;
  auto found = std::find_if(orders.begin(), orders.end(), [&](const Order& order) { return order.id == id; });
  return found == orders.end() ? nullptr : &*found;
}

Order& FindOrAdd(Customer& customer, uint64_t id, int64_t at_ms) {
  if (Order* order = FindOrder(customer, id); order != nullptr) return *order;
  if (customer.recent_orders.size() >= kOrdersMax) customer.recent_orders.erase(customer.recent_orders.begin());
  return customer.recent_orders.emplace_back(Order{.id = id, .at_ms = at_ms});
}

bool Counts(const Order& order) { return order.reported && !order.cancelled; }

// As much of `back` as an order of this value can give.
Money Refundable(Money value, Money back) { return std::clamp<Money>(back, 0, std::max<Money>(value, 0)); }

// Takes what is to be taken back out of the totals.
void TakeBack(Customer& customer, Order& order, Effects& effects) {
  Money back = order.cancelled ? order.value : Refundable(order.value, order.back);
  effects.Count(order.cancelled ? "orders\tcancelled" : "orders\trefunded", 1, back);
  if (order.cancelled) --customer.orders;
  customer.revenue = AddMoney(customer.revenue, -back);
  order.value = order.cancelled ? 0 : order.value - back;
  order.back = 0;
}

}  // namespace

Money OrderValue(const Event& event, Money otherwise) {
  for (std::string_view key : {"total", "value", "revenue"})
    if (Value value = event.Get(key); !value.is_absent()) return MoneyOf(value);
  Value products = event.Get("products");
  if (!products.is_list()) return otherwise;
  Money sum = 0;
  bool priced = false;
  for (PackedCursor cursor(products); cursor.Next();) {
    Value product = cursor.value();
    if (!product.is_map()) continue;
    Value price = product.Find("price"), quantity = product.Find("quantity");
    priced = priced || !price.is_absent();
    sum = AddMoney(sum, MultiplyMoney(MoneyOf(price), quantity.kind() == Kind::kInt ? quantity.integer() : 1));
  }
  return priced ? sum : otherwise;
}

bool CountOrder(Customer& customer, const Event& event, Money value, Effects& effects) {
  uint64_t id = OrderId(event);
  if (Order* known = FindOrder(customer, id); known != nullptr && known->reported) return false;
  Order& order = FindOrAdd(customer, id, event.at_ms);
  order.reported = true;
  order.at_ms = event.at_ms;
  order.value = value;
  ++customer.orders;
  customer.revenue = AddMoney(customer.revenue, value);
  customer.last_order_at_ms = std::max(customer.last_order_at_ms, event.at_ms);
  effects.Count("orders", 1, value);
  if (order.cancelled || order.back != 0) TakeBack(customer, order, effects);
  return true;
}

void TakeBackOrder(Customer& customer, const Event& event, Effects& effects) {
  uint64_t id = OrderId(event);
  if (id == 0) return;
  Order& order = FindOrAdd(customer, id, event.at_ms);
  if (order.cancelled) return;
  if (event.type == EventType::kOrderCancelled) order.cancelled = true;
  else order.back = AddMoney(order.back, std::max<Money>(OrderValue(event, kWhole), 0));
  if (order.reported) TakeBack(customer, order, effects);
}

void MergeOrders(Customer& customer, const Customer& device) {
  customer.orders += device.orders;
  customer.revenue = AddMoney(customer.revenue, device.revenue);
  customer.last_order_at_ms = std::max(customer.last_order_at_ms, device.last_order_at_ms);
  for (const Order& theirs : device.recent_orders) {
    Order* ours = FindOrder(customer, theirs.id);
    if (ours == nullptr) {
      customer.recent_orders.push_back(theirs);
      continue;
    }
    // One order that both know of.
    const Order before = *ours;
    ours->reported = before.reported || theirs.reported;
    ours->cancelled = before.cancelled || theirs.cancelled;
    ours->at_ms = before.reported ? before.at_ms : theirs.at_ms;
    ours->back = ours->reported ? 0 : std::max(before.back, theirs.back);
    if (before.reported && theirs.reported) ours->value = std::min(before.value, theirs.value);
    else if (before.reported) ours->value = before.value - Refundable(before.value, theirs.back);
    else if (theirs.reported) ours->value = theirs.value - Refundable(theirs.value, before.back);
    if (ours->cancelled) ours->value = 0;
    customer.orders += Counts(*ours) - Counts(before) - Counts(theirs);
    customer.revenue = AddMoney(customer.revenue, ours->value - before.value - theirs.value);
  }
  std::sort(customer.recent_orders.begin(), customer.recent_orders.end(),
            [](const Order& a, const Order& b) { return a.at_ms < b.at_ms; });
  if (customer.recent_orders.size() > kOrdersMax)
    customer.recent_orders.erase(customer.recent_orders.begin(),
                                 customer.recent_orders.end() - static_cast<int64_t>(kOrdersMax));
}

}  // namespace cartwheel
