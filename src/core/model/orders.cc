#include "core/model/orders.h"

#include <algorithm>
#include <limits>

#include "base/json_text.h"
#include "base/packed.h"
#include "cartwheel/limits.h"
#include "core/model/amount.h"

namespace cartwheel {
namespace {

constexpr Money kWhole = std::numeric_limits<Money>::max();

Order* FindOrder(std::vector<Order>& orders, uint64_t id) {
  if (id == 0) return nullptr;
  auto found = std::find_if(orders.begin(), orders.end(), [&](const Order& order) { return order.id == id; });
  return found == orders.end() ? nullptr : &*found;
}

Order& FindOrAdd(Customer& customer, uint64_t id, int64_t at_ms) {
  if (Order* order = FindOrder(customer.recent_orders, id); order != nullptr) return *order;
  if (customer.recent_orders.size() >= kOrdersMax) customer.recent_orders.erase(customer.recent_orders.begin());
  return customer.recent_orders.emplace_back(Order{.id = id, .at_ms = at_ms});
}

bool Counts(const Order& order) { return order.reported && !order.cancelled; }

// What it adds to the revenue. As much is taken back as it can give.
Money Left(const Order& order) {
  if (!Counts(order) || order.foreign) return 0;
  return order.value - std::clamp<Money>(order.back, 0, std::max<Money>(order.value, 0));
}

// Brings the totals from what an order counted for to what it counts for now.
void Recount(Customer& customer, const Order& before, const Order& after) {
  customer.orders += Counts(after) - Counts(before);
  customer.revenue = AddMoney(customer.revenue, AddMoney(Left(after), -Left(before)));
}

bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [&](char x, char y) { return lower(x) == lower(y); });
}

void DateLastOrder(Customer& customer) {
  customer.last_order_at_ms = 0;
  for (const Order& order : customer.recent_orders)
    if (order.reported) customer.last_order_at_ms = std::max(customer.last_order_at_ms, order.at_ms);
}

}  // namespace

uint64_t OrderFingerprint(const Event& event) {
  const Value id = event.Get("order_id");
  if (!id.is_string() && id.kind() != Kind::kInt) return 0;
  std::string text;
  AppendJson(id, &text);
  return SipDigest(text).low | 1;
}

bool WasReported(const Customer& customer, const Event& event) {
  const uint64_t id = OrderFingerprint(event);
  return id != 0 && std::any_of(customer.recent_orders.begin(), customer.recent_orders.end(),
                                [&](const Order& order) { return order.id == id && order.reported; });
}

int64_t FirstReportedAt(const Customer& customer, const Event& event) {
  if (!WasReported(customer, event)) return event.at_ms;
  const uint64_t id = OrderFingerprint(event);
  for (const Order& order : customer.recent_orders)
    if (order.id == id) return std::min(order.at_ms, event.at_ms);
  return event.at_ms;
}

std::optional<Money> OrderValue(const Event& event) {
  for (std::string_view key : {"total", "value", "revenue"})
    if (const Value value = event.Get(key); IsMoney(value)) return MoneyOf(value);
  const Value products = event.Get("products");
  if (!products.is_list() || products.size() == 0) return std::nullopt;
  Money sum = 0;
  for (PackedCursor cursor(products); cursor.Next();) {
    const Value product = cursor.value();
    const Value price = product.is_map() ? product.Find("price") : Value();
    if (!IsMoney(price)) return std::nullopt;
    sum = AddMoney(sum, MultiplyQuantity(MoneyOf(price), QuantityOf(product.Find("quantity")).value_or(kOnePiece)));
  }
  return sum;
}

bool IsForeign(const Event& event, const FoldContext& context) {
  const std::string_view currency = event.Text("currency");
  if (currency.empty() || context.playbooks.current == nullptr) return false;
  const Value ours = FindPacked(context.playbooks.current->shop, "currency");
  return ours.is_string() && !ours.text().empty() && !EqualsIgnoringCase(ours.text(), currency);
}

Money CountOrder(Customer& customer, const Event& event, const FoldContext& context, Effects& effects) {
  const uint64_t id = OrderFingerprint(event);
  Order& order = FindOrAdd(customer, id, event.at_ms);
  const Order before = id == 0 ? Order{} : order;
  if (before.reported && event.at_ms >= before.at_ms) return 0;
  // Of several reports the earliest says what it was worth.
  order.reported = true;
  order.at_ms = event.at_ms;
  order.value = OrderValue(event).value_or(0);
  order.foreign = IsForeign(event, context);
  Recount(customer, before, order);
  if (before.reported) {
    DateLastOrder(customer);
    return 0;
  }
  customer.last_order_at_ms = std::max(customer.last_order_at_ms, event.at_ms);
  effects.Count({.metric = Metric::kOrders}, 1, order.foreign ? 0 : order.value);
  if (order.foreign) effects.Count({.metric = Metric::kOrdersOtherCurrency});
  if (order.cancelled)
    effects.Count({.metric = Metric::kOrdersCancelled}, 1, order.foreign ? 0 : order.value);
  else if (order.back != 0)
    effects.Count({.metric = Metric::kOrdersRefunded}, 1, order.foreign ? 0 : order.value - Left(order));
  return order.foreign ? 0 : order.value;
}

void TakeBackOrder(Customer& customer, const Event& event, Effects& effects) {
  const uint64_t id = OrderFingerprint(event);
  if (id == 0) return;
  Order& order = FindOrAdd(customer, id, event.at_ms);
  const Order before = order;
  if (event.type == EventType::kOrderCancelled)
    order.cancelled = true;
  else if (const std::optional<Money> value = OrderValue(event); value)
    order.back = AddMoney(order.back, *value < 0 ? AddMoney(0, -*value) : *value);
  else
    order.back = kWhole;
  Recount(customer, before, order);
  if (!Counts(before)) return;
  effects.Count({.metric = order.cancelled ? Metric::kOrdersCancelled : Metric::kOrdersRefunded}, 1,
                AddMoney(Left(before), -Left(order)));
}

void CountAgain(Customer& customer, const Order& order) {
  Recount(customer, Order{}, order);
  if (Counts(order)) customer.last_order_at_ms = std::max(customer.last_order_at_ms, order.at_ms);
}

void MergeOrders(Customer& customer, const Customer& device) {
  customer.orders += device.orders;
  customer.revenue = AddMoney(customer.revenue, device.revenue);
  customer.last_order_at_ms = std::max(customer.last_order_at_ms, device.last_order_at_ms);
  for (const Order& theirs : device.recent_orders) {
    Order* ours = FindOrder(customer.recent_orders, theirs.id);
    if (ours == nullptr) {
      customer.recent_orders.push_back(theirs);
      continue;
    }
    // One order that both know of: what the device's counted for is in the totals already.
    const Order before = *ours;
    const bool take_theirs = theirs.reported && (!before.reported || theirs.at_ms < before.at_ms);
    if (take_theirs) {
      ours->at_ms = theirs.at_ms;
      ours->value = theirs.value;
      ours->foreign = theirs.foreign;
    }
    ours->reported = before.reported || theirs.reported;
    ours->cancelled = before.cancelled || theirs.cancelled;
    ours->back = std::max(before.back, theirs.back);
    Recount(customer, before, *ours);
    Recount(customer, theirs, Order{});
  }
  std::sort(customer.recent_orders.begin(), customer.recent_orders.end(),
            [](const Order& a, const Order& b) { return a.at_ms < b.at_ms; });
  if (customer.recent_orders.size() > kOrdersMax)
    customer.recent_orders.erase(customer.recent_orders.begin(),
                                 customer.recent_orders.end() - static_cast<int64_t>(kOrdersMax));
}

}  // namespace cartwheel
