#include "core/policy/labels.h"

#include <set>
#include <vector>

namespace cartwheel {

const LabelPlan* LabelPlans::Find(PackSet packs, std::string_view section) const {
  const auto found = by_packs_and_section.find(std::pair<uint8_t, std::string>(packs.bits(), section));
  return found == by_packs_and_section.end() ? nullptr : &found->second;
}

std::shared_ptr<const LabelPlans> MakeLabelPlans(const Policy& policy, const LabelFacts& facts) {
  if (policy.rules.empty()) return nullptr;
  const LabelMode mode = policy.label == Policy::Label::kRequire ? LabelMode::kRequire : LabelMode::kAdd;
  std::set<std::string_view> sections;
  for (const LabelRow& row : LabelRows()) sections.insert(row.medium);
  auto plans = std::make_shared<LabelPlans>();
  for (uint8_t bits = 1; bits <= PackSet::All().bits(); ++bits) {
    std::vector<std::string_view> packs;
    for (size_t i = 0; i < kPackCount; ++i)
      if (PackSet::FromBits(bits).has(static_cast<Pack>(i))) packs.push_back(kPackNames[i]);
    for (const std::string_view section : sections)
      plans->by_packs_and_section.emplace(std::pair(bits, std::string(section)),
                                          MakeLabelPlan(packs, section, facts, mode));
  }
  return plans;
}

}  // namespace cartwheel
