// What a playbook adopts, compared with the revisions of the database when it is loaded.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "core/model/playbook.h"
#include "store/definition_store.h"

namespace cartwheel {

// Returns a note of what is lost: the steps of the adopted revisions at which walks stay where they are.
// InvalidArgument for a revision that was not loaded, or in which no journey or step is called so.
[[nodiscard]] absl::StatusOr<std::string> CheckAdoptions(DefinitionStore& store, const Playbook& playbook);

}  // namespace cartwheel
