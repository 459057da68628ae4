// JSON of playbooks: what base/json_source.h reads, under the names of this folder.
#pragma once

#include "base/json_source.h"

namespace cartwheel::playbook {

using JsonNode = json::Node;
using JsonMember = json::Member;
using json::ReadJson;
inline constexpr int kJsonDepthMax = json::kDepthMax;

}  // namespace cartwheel::playbook
