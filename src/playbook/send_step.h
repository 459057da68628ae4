// A step that sends, as a playbook writes it.
#pragma once

#include "core/model/playbook.h"
#include "playbook/errors.h"
#include "playbook/json.h"

namespace cartwheel::playbook {

inline constexpr int64_t kSpanUnset = -1;  // of `latest` and `min_gap` where the playbook does not say them

// `is_notice`: of policy.notices, whose templates may speak of a consent.
SendStep ReadSendStep(const JsonNode& node, const Playbook& playbook, ErrorList* errors, bool is_notice = false);

}  // namespace cartwheel::playbook
