#include "core/policy/gate.h"

#include <algorithm>

namespace cartwheel {

bool PurposeStands(const MessageTemplate& message, const Cart* cart) {
  if (message.purpose != "cart") return true;
  return cart != nullptr && cart->open() && cart->quantity() > 0;
}

Verdict CheckGate(const Customer& customer, const Cart* cart, const MessageTemplate& message, std::string_view channel,
                  const Policy& policy) {
  if (customer.erased_at_ms > customer.last_seen_at_ms) return {false, Reason::kErased};
  if (message.message_class == MessageClass::kAdvertisement) {
    if (policy.consent != "assumed_by_shop") return {false, Reason::kNoConsent};
    const auto& refused = customer.refused_channels;
    if (std::find(refused.begin(), refused.end(), channel) != refused.end()) return {false, Reason::kRefused};
  }
  if (!PurposeStands(message, cart)) return {false, Reason::kPurposeEnded};
  return {true};
}

}  // namespace cartwheel
