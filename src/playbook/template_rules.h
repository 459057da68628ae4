// The policy's rules on templates that are judged when a playbook is loaded: what its messages are sent as (matrix.h),
// what a message that is no advertisement says (promotion.h), and how an advertisement begins (label_marks.h).
#pragma once

#include "core/model/playbook.h"
#include "playbook/errors.h"
#include "playbook/json.h"
#include "playbook/languages.h"

namespace cartwheel::playbook {

// Reports each breach at the text or the key that is to be changed, with the rule's id. `node` is the template, an
// object; `made` what was compiled of it. `label_required`: an advertisement whose text plainly begins without its
// label is one too.
void CheckTemplateRules(const JsonNode& node, const MessageTemplate& made, bool label_required,
                        const Languages& languages, ErrorList* errors);

}  // namespace cartwheel::playbook
