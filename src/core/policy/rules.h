// Every rule of the policy by its id, as `why`, reports and docs/policy.md name it.
#pragma once

#include <cstdint>
#include <string_view>

#include "absl/types/span.h"

namespace cartwheel {

enum class RuleKind : uint8_t {
  kEnforced,    // by the gate, for every message
  kConfigured,  // by the gate, with what the playbook declares
  kOutside,     // conduct of the shop, which no engine can see
};

// By enumerator: the word in docs/policy.md.
inline constexpr std::string_view kRuleKindNames[] = {"enforced", "configured", "outside"};

struct PolicyRule {
  std::string_view id;
  std::string_view text;
  RuleKind kind = RuleKind::kEnforced;
  std::string_view since;  // of a rule that began on a day that matters, or has not begun: YYYY-MM-DD
};

// All rules, in the order of the page.
[[nodiscard]] absl::Span<const PolicyRule> PolicyRules();

// Returns the rule of an id, null where there is none.
[[nodiscard]] const PolicyRule* FindPolicyRule(std::string_view id);

}  // namespace cartwheel
