// The holds of a database: read by folds and claims, changed by the verb and by the guard against surges.
#pragma once

#include <cstdint>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "cartwheel/hold.h"
#include "core/model/holds.h"
#include "core/model/playbook.h"
#include "store/store.h"

namespace cartwheel {

[[nodiscard]] absl::StatusOr<Holds> ReadHolds(DefinitionStore& store);
// Changes what is stored. `change` is called again where another process was faster; its error ends the attempt.
[[nodiscard]] absl::Status ChangeHolds(DefinitionStore& store, absl::FunctionRef<absl::Status(Holds&)> change);
// Does what an operator asks for. InvalidArgument names the action or the journey that does not exist. `playbook`: the
// one in force; null: none.
[[nodiscard]] absl::Status ApplyHold(Store& store, const Playbook* playbook, const HoldRequest& request,
                                     int64_t now_ms);

}  // namespace cartwheel
