// Finds at load what can be known before a value is read: unknown variables, functions and fields, operands of the
// wrong type. Its annotations tell the compiler what each name means.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "cel/cel.h"
#include "cel/tree.h"

namespace cartwheel::cel {

struct Annotation {
  Type type;
  Function function = Function::kNone;  // of an operator or a call
  int slot = -1;                        // of a variable, also of a kSelect that spells a qualified one
  int hops = -1;                        // of a macro's variable: how many macros further out it is bound
};

// One for each node of the tree.
absl::StatusOr<std::vector<Annotation>> Check(const Tree& tree, const Environment& environment);

}  // namespace cartwheel::cel
