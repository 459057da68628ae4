#include "core/policy/gate.h"

#include <algorithm>

namespace cartwheel {

bool PurposeStands(const MessageTemplate& message, const Cart* cart) {
  if (message.purpose != "cart") return true;
  return cart != nullptr && cart->open() && cart->quantity() > 0;
}

Verdict Judge(const Customer& customer, const Cart* cart, const MessageTemplate& message, std::string_view channel,
              const Policy& policy) {
  if (customer.erased_at_ms > customer.last_seen_at_ms) return {false, "erased"};
  if (message.message_class == MessageClass::kAdvertisement) {
    if (policy.consent != "assumed_by_shop") return {false, "no_consent"};
    const auto& refused = customer.refused_channels;
    if (std::find(refused.begin(), refused.end(), channel) != refused.end()) return {false, "refused"};
  }
  if (!PurposeStands(message, cart)) return {false, "purpose_ended"};
  return {true, {}};
}

}  // namespace cartwheel
