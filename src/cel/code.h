// A compiled expression: operations by index, children before their parents, all names and constants owned. 16 bytes an
// operation, so that a typical condition is two or three cache lines.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/value.h"
#include "cel/functions.h"
#include "cel/tree.h"
#include "cel/type.h"

namespace cartwheel::cel {

enum class Operation : uint8_t {
  kConstant,  // constants[a]
  kVariable,  // slot a
  kNow,
  kBound,          // the variable of the macro a levels out
  kField,          // operation a, key constants[b]
  kVariableField,  // slot a, key constants[b]: what conditions are made of
  kHas,            // operation a, key constants[b]
  kUnary,          // function of operation a
  kBinary,         // function of operations a and b
  kCompare,        // function, operations a and b
  kCompareField,   // function, slot a and its key constants[b] against constants[c]: the same in one step
  kCompareTime,    // the same, drift c (as int32_t) of left against right
  kAnd,            // operations operands[a] to operands[a + b - 1]
  kOr,
  kConditional,  // operation a ? b : c
  kMacro,        // macro over operation a, condition b
};

struct Op {
  Operation operation = Operation::kConstant;
  Function function = Function::kNone;
  Macro macro = Macro::kExists;
  uint32_t a = 0, b = 0, c = 0;
};
static_assert(sizeof(Op) == 16);

// List and map literals.
struct ConstantList {
  std::vector<Value> elements;
};
struct ConstantMap {
  std::vector<Entry> entries;
};
Value ReadConstant(const ConstantList& list);
Value ReadConstant(const ConstantMap& map);

struct Code {
  std::vector<Op> ops;  // the root is the last
  std::vector<uint32_t> operands;
  std::vector<Value> constants;
  std::vector<std::string> variable_names;  // by slot, for errors
  int now_slot = -1;                        // -1 when the expression does not read the time
  Type type;
  // Deques, because constants point into them.
  std::deque<std::string> texts;
  std::deque<ConstantList> lists;
  std::deque<ConstantMap> maps;
};

}  // namespace cartwheel::cel
