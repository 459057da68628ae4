#include "core/policy/policy_warnings.h"

namespace cartwheel {

std::vector<std::string_view> PolicyWarnings(bool consent_assumed, bool has_rules) {
  std::vector<std::string_view> warnings;
  if (consent_assumed)
    warnings.emplace_back(
        "policy.consent is assumed_by_shop: advertisements leave without proof of consent, and the shop answers for "
        "it");
  if (!has_rules)
    warnings.emplace_back(
        "policy.rules is empty: no law's pack applies, so advertisements have no hours and no label; this is for tests "
        "and dry runs");
  return warnings;
}

}  // namespace cartwheel
