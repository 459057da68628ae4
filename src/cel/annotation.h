// What the checker finds out of each node of a tree, for whatever reads the tree after it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "absl/types/span.h"
#include "cel/cel.h"
#include "cel/library.h"
#include "cel/type.h"

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

}  // namespace cartwheel::cel
