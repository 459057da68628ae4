#include "core/journey/named_cart.h"

#include <algorithm>

#include "base/hash.h"
#include "base/status.h"
#include "cartwheel/limits.h"
#include "core/journey/revoke.h"
#include "core/model/cart_operations.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

constexpr int64_t kClosedCartKeptMs = int64_t{7} * 24 * 3600 * 1000;

uint64_t CartFingerprint(std::string_view id) { return SipDigest(id).low; }

// Also of one that was never filled, by the operations that name it.
int64_t LastHeardAt(const Customer& customer, size_t place) {
  int64_t at_ms = customer.carts[place].last_heard_at_ms();
  for (OperationCursor cursor(customer.operations); cursor.Next();)
    if (cursor.operation().cart == static_cast<int32_t>(place)) at_ms = std::max(at_ms, cursor.operation().at_ms);
  return at_ms;
}

void Forget(Customer& customer, size_t place) {
  const Cart& cart = customer.carts[place];
  const bool was_heard_of = cart.now.opened_at_ms != 0 || cart.now.floor_at_ms > customer.carts_floor_at_ms;
  if (was_heard_of) {
    if (customer.forgotten_carts.size() >= kForgottenCartsMax)
      customer.forgotten_carts.erase(customer.forgotten_carts.begin());
    customer.forgotten_carts.push_back({CartFingerprint(cart.id), cart.now.floor_at_ms, cart.now.opened_at_ms,
                                        cart.open() ? CartStage::kExpired : cart.now.stage});
  }
  DropCart(customer, place);
}

// While operations of its time are kept, a cart stays: to fold them would make events too late that are not.
void ForgetLongClosed(Customer& customer, int64_t now_ms) {
  for (size_t i = customer.carts.size(); i-- > 0;) {
    const int64_t heard_at_ms = LastHeardAt(customer, i);
    const OperationLog& log = customer.operations;
    const bool folded = log.empty() || heard_at_ms < log.first_at_ms();
    if (!customer.carts[i].open() && folded && heard_at_ms + kClosedCartKeptMs < now_ms) Forget(customer, i);
  }
}

}  // namespace

absl::Status ForgetOldestCart(Customer& customer, absl::FunctionRef<bool(const Cart&)> may_go,
                              const FoldContext& context, JourneyEvents& journey_events, Effects& effects) {
  const Cart* oldest = nullptr;
  for (const Cart& cart : customer.carts) {
    if (!may_go(cart)) continue;
    const bool older =
        oldest == nullptr ||
        (cart.open() != oldest->open() ? oldest->open() : cart.now.updated_at_ms < oldest->now.updated_at_ms);
    if (older) oldest = &cart;
  }
  if (oldest == nullptr) return absl::OkStatus();
  const auto place = static_cast<size_t>(oldest - customer.carts.data());
  if (oldest->live())
    RETURN_IF_ERROR(
        ExpireCart(customer, place, oldest->now.updated_at_ms, Reason::kCartsMax, context, journey_events, effects));
  Forget(customer, place);
  return absl::OkStatus();
}

absl::StatusOr<int32_t> NamedCart(Customer& customer, std::string_view id, const FoldContext& context,
                                  JourneyEvents& journey_events, Effects& effects) {
  if (const Cart* cart = customer.FindCart(id); cart != nullptr)
    return static_cast<int32_t>(cart - customer.carts.data());
  ForgetLongClosed(customer, context.now_ms);
  if (customer.carts.size() >= kCartsMax)
    RETURN_IF_ERROR(ForgetOldestCart(
        customer, [](const Cart&) { return true; }, context, journey_events, effects));
  Cart& cart = customer.carts.emplace_back();
  cart.id = id;
  cart.base.floor_at_ms = customer.carts_floor_at_ms;
  std::erase_if(customer.forgotten_carts, [fingerprint = CartFingerprint(id), &cart](const ForgottenCart& known) {
    if (known.id != fingerprint) return false;
    cart.base.floor_at_ms = std::max(cart.base.floor_at_ms, known.floor_at_ms);
    if (known.opened_at_ms > cart.base.opened_at_ms) {
      cart.base.opened_at_ms = known.opened_at_ms;
      cart.base.stage = known.stage;
    }
    return true;
  });
  Replay(customer);
  return static_cast<int32_t>(customer.carts.size() - 1);
}

absl::Status ExpireCart(Customer& customer, size_t place, int64_t at_ms, Reason reason, const FoldContext& context,
                        JourneyEvents& journey_events, Effects& effects) {
  const std::string id = customer.carts[place].id;
  Operate(customer, {.at_ms = at_ms, .act = CartAct::kExpire, .cart = static_cast<int32_t>(place)});
  effects.Count({.metric = Metric::kCartsExpired});
  effects.decisions.push_back(
      {DecisionKind::kCartExpired, at_ms, 0, {}, "", "", reason, fmt::format("cart \"{}\"", id)});
  RETURN_IF_ERROR(RevokeForCart(customer, id, context, effects));
  journey_events.push_back({.type = EventType::kCartExpired,
                            .name = EventTypeName(EventType::kCartExpired),
                            .at_ms = at_ms,
                            .has_cart = true,
                            .cart = id,
                            .only_that_cart = true});
  return absl::OkStatus();
}

}  // namespace cartwheel
