// The gate: the policy that every message passes before it is made. It fails closed: what no rule allows is dropped
// with a reason. Consent, labels, hours and caps are not built yet; a playbook says so openly ("consent":
// "assumed_by_shop") or does not load.
#pragma once

#include <string_view>

#include "core/model/customer.h"
#include "core/model/playbook.h"

namespace cartwheel {

struct Verdict {
  bool allowed = false;
  Reason reason = Reason::kNone;  // why not
};

// Judges a message on a channel by all rules. `cart` is the cart it is about, null when it is about none (or the cart
// is gone).
Verdict CheckGate(const Customer& customer, const Cart* cart, const MessageTemplate& message, std::string_view channel,
                  const Policy& policy);

// Returns whether the purpose of a message still stands: a message about a cart needs that cart open and not empty.
bool PurposeStands(const MessageTemplate& message, const Cart* cart);

}  // namespace cartwheel
