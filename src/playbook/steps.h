// The steps of a journey as a program: one list, in which the arms of choices lie one after the other and each step
// says where it leads; with the times that law 6 gives them when the playbook does not.
#pragma once

#include <vector>

#include "core/model/playbook.h"
#include "playbook/errors.h"
#include "playbook/json.h"
#include "playbook/languages.h"

namespace cartwheel::playbook {

// Fills the steps of a journey whose name is known. Every send names a template that has a section for each of its
// channels, unless errors were added.
void CompileSteps(const JsonNode& list, const Languages& languages, const Playbook& playbook, ErrorList* errors,
                  Journey* journey);

}  // namespace cartwheel::playbook
