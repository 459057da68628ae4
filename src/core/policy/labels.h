// The labels of a playbook's advertisements, by the packs that a recipient is under and the section of the template.
// Made once, when the playbook is loaded.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "core/model/pack.h"
#include "core/model/playbook.h"
#include "core/policy/label.h"

namespace cartwheel {

struct LabelPlans {
  std::map<std::pair<uint8_t, std::string>, LabelPlan, std::less<>> by_packs_and_section;

  // Null where the packs ask for none.
  const LabelPlan* Find(PackSet packs, std::string_view section) const;
};

// Null where the playbook names no pack. A recipient whose country has no named pack is under all of them.
std::shared_ptr<const LabelPlans> MakeLabelPlans(const Policy& policy, const LabelFacts& facts);

}  // namespace cartwheel
