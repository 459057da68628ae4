#include "core/model/customer.h"

#include <algorithm>

#include "core/model/address.h"
#include "core/model/event.h"

namespace cartwheel {

bool IsBetter(const Endpoint& a, const Endpoint& b, const Suppressions& suppressions) {
  auto suppressed = [&](const Endpoint& endpoint) {
    return WhySuppressed(suppressions, endpoint.key, MessageClass::kAdvertisement).reason != Reason::kNone;
  };
  if (!suppressions.empty() && suppressed(a) != suppressed(b)) return suppressed(b);
  return a.added_at_ms > b.added_at_ms;
}

Cart* Customer::FindCart(std::string_view cart_id) {
  auto found = std::find_if(carts.begin(), carts.end(), [&](const Cart& cart) { return cart.id == cart_id; });
  return found == carts.end() ? nullptr : &*found;
}

const Cart* Customer::NewestOpenCart() const {
  const Cart* newest = nullptr;
  for (const Cart& cart : carts)
    if (cart.open() && (newest == nullptr || cart.now.updated_at_ms > newest->now.updated_at_ms)) newest = &cart;
  return newest;
}

const Endpoint* Customer::FindEndpoint(std::string_view channel) const {
  const Endpoint* newest = nullptr;
  for (const Endpoint& endpoint : endpoints)
    if (endpoint.live() && endpoint.channel == channel &&
        (newest == nullptr || !IsBetter(*newest, endpoint, suppressions)))
      newest = &endpoint;
  return newest;
}

bool Customer::of_address() const { return IsEndpointKey(names.front()); }

const std::string* Customer::known_name() const {
  for (const std::string& name : names)
    if (name.front() == kCustomerSpace || name.front() == kAnonymousSpace) return &name;
  return nullptr;
}

bool Customer::by_device() const {
  const std::string* name = known_name();
  return anonymous || (name != nullptr && name->front() == kAnonymousSpace);
}

int64_t Customer::NextAlarm(int64_t cart_idle_ms) const {
  if (!unjudged_clicks.empty()) return unjudged_clicks.front().judged_at_ms;  // all else waits for it
  int64_t next = 0;
  auto consider = [&](int64_t at_ms) {
    if (next == 0 || at_ms < next) next = at_ms;
  };
  for (const Enrolment& enrolment : enrolments) consider(enrolment.wake_at_ms);
  for (const Cart& cart : carts)
    if (cart.open()) consider(cart.now.updated_at_ms + cart_idle_ms);
  if (segments_due_at_ms != 0) consider(segments_due_at_ms);
  if (reconfirm_at_ms != 0) consider(reconfirm_at_ms);
  return next;
}

bool IsNobody(const Customer& customer) { return customer.known_name() == nullptr; }

}  // namespace cartwheel
