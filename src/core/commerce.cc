#include "core/commerce.h"

#include <algorithm>

#include "base/hash.h"
#include "base/status.h"
#include "cartwheel/limits.h"
#include "core/orders.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

constexpr int64_t kClosedCartKeptMs = int64_t{7} * 24 * 3600 * 1000;

std::string_view TextOf(const Event& event, std::string_view key) {
  Value value = event.Get(key);
  return value.is_string() ? value.text() : std::string_view();
}

uint64_t CartFingerprint(std::string_view id) { return SipDigest(id).low; }

void Forget(Customer& customer, const Cart& cart) {
  if (customer.forgotten_carts.size() >= kForgottenCartsMax) customer.forgotten_carts.erase(customer.forgotten_carts.begin());
  customer.forgotten_carts.push_back({CartFingerprint(cart.id), cart.floor_at_ms});
}

// The cart that an event about a cart names; the default one when it names none.
Cart& NamedCart(Customer& customer, std::string_view id, int64_t now_ms) {
  if (Cart* cart = customer.FindCart(id); cart != nullptr) return *cart;
  std::erase_if(customer.carts, [&](const Cart& cart) {
    const bool old = !cart.open() && cart.last_heard_at_ms() + kClosedCartKeptMs < now_ms;
    if (old) Forget(customer, cart);
    return old;
  });
  if (customer.carts.size() >= kCartsMax) {
    auto oldest = std::min_element(customer.carts.begin(), customer.carts.end(), [](const Cart& a, const Cart& b) {
      return a.open() != b.open() ? !a.open() : a.updated_at_ms < b.updated_at_ms;
    });
    if (!oldest->open()) Forget(customer, *oldest);
    customer.carts.erase(oldest);
  }
  Cart& cart = customer.carts.emplace_back();
  cart.id = id;
  cart.floor_at_ms = customer.carts_floor_at_ms;
  std::erase_if(customer.forgotten_carts, [fingerprint = CartFingerprint(id), &cart](const ForgottenCart& known) {
    if (known.id != fingerprint) return false;
    cart.floor_at_ms = std::max(cart.floor_at_ms, known.floor_at_ms);
    return true;
  });
  return cart;
}

// The cart that any other event is taken to be about: the one it names, or the open one used last.
Cart* CartAtHand(Customer& customer, const Event& event) {
  if (Value id = event.Get("cart_id"); id.is_string()) return customer.FindCart(id.text());
  const Cart* newest = customer.NewestOpenCart();
  return newest == nullptr ? nullptr : customer.FindCart(newest->id);
}

void CountOpened(bool was_open, const Cart& cart, Effects& effects) {
  if (!was_open && cart.open() && !cart.items.empty()) effects.Count("carts\topened");
}

bool HasLive(const Cart& cart) { return cart.open() && !cart.items.empty(); }

void AboutCart(const Cart& cart, Happening& happening) {
  happening.has_cart = true;
  happening.cart = cart.id;
}

absl::Status Closed(Customer& customer, const Cart& cart, const StepContext& context, Effects& effects) {
  effects.Count(fmt::format("carts\t{}", CartStageName(cart.stage)));
  return RevokeForCart(customer, cart.id, context, effects);
}

Happening Derived(EventType type, const Cart& cart, const Happening& from) {
  Happening derived = from;
  derived.type = type;
  derived.name = EventTypeName(type);
  derived.only_that_cart = true;
  AboutCart(cart, derived);
  return derived;
}

absl::Status ApplyToCart(Customer& customer, const Event& event, const StepContext& context, Happening happening,
                         std::vector<Happening>& happenings, Effects& effects) {
  Cart& cart = NamedCart(customer, TextOf(event, "cart_id"), context.now_ms);
  AboutCart(cart, happening);
  happening.history = IsLate(cart, event.at_ms);
  bool was_live = HasLive(cart), emptied = false;
  absl::Status status;
  switch (event.type) {
    case EventType::kProductAdded:
    case EventType::kWishlistProductAddedToCart:
      status = AddItem(cart, ReadPacked(event.properties), event.at_ms);
      break;
    case EventType::kProductRemoved:
      emptied = RemoveItem(cart, ReadPacked(event.properties), event.at_ms);
      break;
    case EventType::kCartUpdated:
      // Products that are missing, or could not be read, say nothing of the lines.
      if (const Value products = event.Get("products"); products.is_list()) status = ReplaceItems(cart, products, event.at_ms, &emptied);
      break;
    default:  // kCartEmptied
      happening.only_that_cart = true;
      if (CloseCart(cart, CartStage::kEmptied, event.at_ms)) RETURN_IF_ERROR(Closed(customer, cart, context, effects));
  }
  if (!status.ok()) {
    std::string text = StatusText(status);
    effects.refusal = Refusal{text.substr(0, text.find(':')), text};
    return absl::OkStatus();
  }
  if (!happening.history) {
    if (std::string_view currency = TextOf(event, "currency"); !currency.empty()) cart.currency = currency;
    if (std::string_view url = TextOf(event, "cart_url"); !url.empty()) cart.url = url;
  }
  CountOpened(was_live, cart, effects);
  happenings.push_back(happening);
  if (emptied) {
    happenings.push_back(Derived(EventType::kCartEmptied, cart, happening));
    RETURN_IF_ERROR(Closed(customer, cart, context, effects));
  }
  return absl::OkStatus();
}

absl::Status CompleteOrder(Customer& customer, const Event& event, const StepContext& context, Happening& happening,
                           Effects& effects) {
  Value cart_id = event.Get("cart_id");
  Cart* named = cart_id.is_string() ? customer.FindCart(cart_id.text()) : nullptr;
  Money carts_value = 0;
  for (Cart& cart : customer.carts) {
    if (named != nullptr && &cart != named) continue;
    Money value = cart.value();
    bool live = HasLive(cart);
    if (!CloseCart(cart, CartStage::kOrdered, event.at_ms) || !live) continue;
    carts_value = AddMoney(carts_value, value);
    RETURN_IF_ERROR(Closed(customer, cart, context, effects));
  }
  if (named != nullptr) {
    AboutCart(*named, happening);
    happening.only_that_cart = true;
  } else {
    customer.carts_floor_at_ms = std::max(customer.carts_floor_at_ms, event.at_ms);
  }
  // Reported twice (browser and server), it is worth nothing the second time.
  Money value = OrderValue(event, carts_value);
  if (CountOrder(customer, event, value, effects)) happening.value = value;
  return absl::OkStatus();
}

}  // namespace

absl::Status ApplyCommerce(Customer& customer, const Event& event, const StepContext& context,
                           std::vector<Happening>& happenings, Effects& effects) {
  Happening happening{.type = event.type, .name = event.type_name, .at_ms = event.at_ms, .event = &event};
  switch (event.type) {
    case EventType::kProductAdded:
    case EventType::kWishlistProductAddedToCart:
    case EventType::kProductRemoved:
    case EventType::kCartUpdated:
    case EventType::kCartEmptied:
      return ApplyToCart(customer, event, context, happening, happenings, effects);
    case EventType::kOrderCompleted:
      RETURN_IF_ERROR(CompleteOrder(customer, event, context, happening, effects));
      break;
    case EventType::kOrderCancelled:
    case EventType::kOrderRefunded:
      TakeBackOrder(customer, event, effects);
      break;
    default:
      if (Cart* cart = CartAtHand(customer, event); cart != nullptr) {
        AboutCart(*cart, happening);
        happening.history = IsLate(*cart, event.at_ms);
        if (!happening.history && cart->open() && event.at_ms > cart->updated_at_ms) cart->updated_at_ms = event.at_ms;
        bool to_checkout =
            event.type == EventType::kCheckoutStarted || event.type == EventType::kPaymentInfoEntered;
        if (!happening.history && cart->open() && to_checkout) cart->stage = CartStage::kCheckout;
      }
  }
  happenings.push_back(happening);
  return absl::OkStatus();
}

absl::Status ExpireCarts(Customer& customer, const StepContext& context, std::vector<Happening>& happenings,
                         Effects& effects) {
  for (Cart& cart : customer.carts) {
    int64_t idle_until = cart.updated_at_ms + context.options.cart_idle_ms;
    if (!cart.open() || idle_until > context.now_ms || !CloseCart(cart, CartStage::kExpired, idle_until)) continue;
    RETURN_IF_ERROR(Closed(customer, cart, context, effects));
    happenings.push_back(Derived(EventType::kCartExpired, cart, Happening{.at_ms = idle_until}));
  }
  return absl::OkStatus();
}

}  // namespace cartwheel
