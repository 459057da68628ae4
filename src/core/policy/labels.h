// The labels of a playbook's advertisements, by the packs that a recipient is under and the section of the template.
// Made once, when the playbook is loaded.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "base/string_map.h"
#include "core/model/pack.h"
#include "core/model/playbook.h"
#include "core/policy/label.h"

namespace cartwheel {

struct LabelPlans {
  std::vector<StringMap<LabelPlan>> by_packs;  // by the bits of the set, then by section

  // Null where the packs ask for none.
  const LabelPlan* Find(PackSet packs, std::string_view section) const;
};

// Null where the playbook names no pack. A recipient whose country has no named pack is under all of them.
std::shared_ptr<const LabelPlans> MakeLabelPlans(const Policy& policy, const LabelFacts& facts);

}  // namespace cartwheel
