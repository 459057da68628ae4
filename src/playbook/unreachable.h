// What a good playbook says that can have no effect: steps that its caps, gaps or hours never let through, channels
// that carry nothing, and what vain_steps.h finds. Only what follows from the playbook by itself: customers, their
// zones and their consents are not known here, so a step that leaves to no customer for other reasons is not told.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/model/playbook.h"
#include "playbook/json.h"

namespace cartwheel::playbook {

// Returns a line for each, "/journeys/cart/steps/3 (12:5): what", in the order of the text. `root` is the tree of
// `text`, and `playbook` was compiled of it without an error.
std::vector<std::string> FindUnreachable(std::string_view text, const JsonNode& root, const Playbook& playbook);

}  // namespace cartwheel::playbook
