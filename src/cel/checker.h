// Finds at load what can be known before a value is read: unknown variables, functions and fields, operands of the
// wrong type. Its annotations tell the compiler what each name means.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "cel/cel.h"
#include "cel/library.h"
#include "cel/tree.h"

namespace cartwheel::cel {

struct Annotation {
  Type type;
  Function function = Function::kNone;     // of an operator or a call
  int slot = -1;                           // of a variable, also of a kSelect that spells a qualified one
  int hops = -1;                           // of a macro's variable: how many names further out it is bound
  absl::Span<const LibraryFunction> rows;  // of a call of the library, those of its name
  std::string_view type_name;              // of a name that is a type
  std::shared_ptr<const Code> segment;     // of segment('name')
  bool window = false;  // of a call of within(), since() or between() of events: its arguments may move with the time
  std::string problem;  // of what the checker found, in an unchecked environment: an error of run time
};

// One for each node of the tree.
absl::StatusOr<std::vector<Annotation>> Check(const Tree& tree, const Environment& environment);

}  // namespace cartwheel::cel
