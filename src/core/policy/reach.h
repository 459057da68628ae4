// Whether a customer may be reached for a purpose of consent, whatever the hour, the caps and the message: what `query
// consent` counts. The gate asks the same rules of each message (gate.h).
#pragma once

#include <string_view>

#include "core/model/customer.h"
#include "core/model/playbook.h"

namespace cartwheel {

struct Reach {
  Reason reason = Reason::kNone;  // why not; kNone: the customer may be reached
  std::string_view rule;          // of the law, where it is one
  ConsentAnswer consent;          // the state in force
  int64_t reconfirm_due_ms = 0;   // 0: never
};

// The newest live address of the medium, on any of its channels; null: there is none.
const Endpoint* FindAddress(const Customer& customer, ConsentMedium medium, const Policy& policy);
// For messages of no topic of their own. Of push the newest address counts, with the consents of its device.
Reach FindReach(const Customer& customer, ConsentMedium medium, ConsentScope scope, const Playbook& playbook,
                int64_t now_ms);

}  // namespace cartwheel
