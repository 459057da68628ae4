// What the policy is asked about: a message that wants to be made, with all that its rules read.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/model/context.h"
#include "core/model/customer.h"
#include "core/model/playbook.h"

namespace cartwheel {

struct Ask {
  const Customer& customer;
  const Cart* cart = nullptr;  // that it is about; null: none, or the cart is gone
  const MessageTemplate& message;
  std::string_view channel;
  const Endpoint* endpoint = nullptr;  // null: it is addressed by the customer's own id
  const Journey& journey;
  const Enrolment& enrolment;
  int64_t now_ms = 0;
  const Policy& policy;        // of the playbook in force
  const Playbooks& playbooks;  // of what was sent before
};

}  // namespace cartwheel
