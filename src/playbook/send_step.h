// A step that sends, as a playbook writes it.
#pragma once

#include "core/model/playbook.h"
#include "playbook/errors.h"
#include "playbook/json.h"

namespace cartwheel::playbook {

inline constexpr int64_t kSpanUnset = -1;  // of `latest` and `min_gap` where the playbook does not say them

SendStep ReadSendStep(const JsonNode& node, const Playbook& playbook, ErrorList* errors);

}  // namespace cartwheel::playbook
