#pragma once
#include <optional>

#include "core/model/consent_medium.h"
#include "core/model/pack.h"
namespace cartwheel {
struct ConsentRule {
  bool needed;
  std::string_view id;
};
ConsentRule ConsentRuleOf(PackSet packs, ConsentMedium medium);
struct DutyDue {
  int64_t at_ms;
  std::string_view rule;
};
std::optional<DutyDue> ReconfirmDueMs(PackSet packs, int64_t confirmed_ms);
}  // namespace cartwheel
