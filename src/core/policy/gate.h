// The gate: the policy that every message passes. Rules in a fixed order (gate.cc), the first that says no decides. It
// fails closed: what no rule allows is dropped with a reason. Pure: it is told the time, and reads the customer, the
// playbook and the tables of the law.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/model/customer.h"
#include "core/model/playbook.h"
#include "core/policy/ask.h"
#include "core/policy/hours.h"

namespace cartwheel {

struct Verdict {
  enum class Kind : uint8_t { kAllow, kDefer, kDrop } kind = Kind::kDrop;
  std::string_view rule;  // id of the rule that decided: "KR-04"; empty for one of ours that needs none
  Reason reason = Reason::kNone;
  int64_t until_ms = 0;   // kDefer, and of a cap: when to ask again
  int64_t closes_ms = 0;  // kAllow: it is not handed over from then on; kNeverCloses: at any time
  PackSet law;            // of an advertisement: whose label it carries; empty: none
  bool allowed() const { return kind == Kind::kAllow; }
};

Verdict CheckGate(const Ask& ask);

// Returns whether the purpose of a message still stands: a message about a cart needs that cart open and not empty.
bool PurposeStands(const MessageTemplate& message, const Cart* cart);

// What the law of the recipient depends on.
Jurisdiction JurisdictionOf(const Customer& customer, std::string_view address, ConsentMedium medium,
                            const Policy& policy);

}  // namespace cartwheel
