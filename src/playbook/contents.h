// One section of a template (its texts for one medium) compiled: literal JSON with texts between, each with the field
// of the medium that it is.
#pragma once

#include "core/model/playbook.h"
#include "playbook/errors.h"
#include "playbook/json.h"
#include "playbook/languages.h"

namespace cartwheel::playbook {

// Whether the key of a template names a section; reports one that is nearly one of ours. A shop's own channel may have
// any other name. `others` are the keys of a template that are no section.
bool CheckSectionName(const JsonMember& member, Names others, ErrorList* errors);
// The names of our sections.
Names SectionNames();

Content CompileContent(const JsonMember& section, const Languages& languages, const TextStyle& style,
                       ErrorList* errors);

}  // namespace cartwheel::playbook
