#include "core/policy/labels.h"

#include <set>
#include <vector>

namespace cartwheel {

const LabelPlan* LabelPlans::Find(PackSet packs, std::string_view section) const {
  const StringMap<LabelPlan>& plans = by_packs[packs.bits()];
  const auto found = plans.find(section);
  return found == plans.end() ? nullptr : &found->second;
}

std::shared_ptr<const LabelPlans> MakeLabelPlans(const Policy& policy, const LabelFacts& facts) {
  if (policy.rules.empty()) return nullptr;
  const LabelMode mode = policy.label == Policy::Label::kRequire ? LabelMode::kRequire : LabelMode::kAdd;
  std::set<std::string_view> sections;
  for (const LabelRow& row : LabelRows()) sections.insert(row.medium);
  auto plans = std::make_shared<LabelPlans>();
  plans->by_packs.resize(PackSet::All().bits() + 1);
  for (uint8_t bits = 1; bits <= PackSet::All().bits(); ++bits) {
    std::vector<std::string_view> packs;
    for (size_t i = 0; i < kPackCount; ++i)
      if (PackSet::FromBits(bits).has(static_cast<Pack>(i))) packs.push_back(kPackNames[i]);
    for (const std::string_view section : sections)
      plans->by_packs[bits].emplace(std::string(section), MakeLabelPlan(packs, section, facts, mode));
  }
  return plans;
}

}  // namespace cartwheel
