#include "core/policy/policy_warnings.h"

#include "fmt/format.h"

namespace cartwheel {

std::vector<std::string> PolicyWarnings(bool consent_assumed, bool has_rules,
                                        const std::vector<Policy::Statement>& statements) {
  std::vector<std::string> warnings;
  if (consent_assumed)
    warnings.emplace_back(
        "policy.consent is assumed_by_shop: advertisements leave without proof of consent, and the shop answers for "
        "it");
  if (!has_rules)
    warnings.emplace_back(
        "policy.rules is empty: no law's pack applies, so advertisements have no hours and no label; this is for tests "
        "and dry runs");
  for (const Policy::Statement& statement : statements)
    warnings.push_back(fmt::format("{} is left to the shop, which says: {}", statement.about, statement.words));
  return warnings;
}

}  // namespace cartwheel
