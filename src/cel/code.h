// A compiled expression: operations by index, children before their parents, all names and constants owned. 16 bytes an
// operation, so that a typical condition is two or three cache lines.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "base/value.h"
#include "cel/cel.h"
#include "cel/functions.h"
#include "cel/tree.h"
#include "cel/type.h"

namespace cartwheel::cel {

struct LibraryFunction;

enum class Operation : uint8_t {
  kConstant,  // constants[a]
  kVariable,  // slot a
  kNow,
  kBound,          // the variable of the macro a levels out
  kField,          // operation a, key constants[b]
  kVariableField,  // fields[a]: what conditions are made of
  kHas,            // operation a, key constants[b]
  kUnary,          // function of operation a
  kBinary,         // function of operations a and b
  kCompare,        // function, operations a and b
  kCompareField,   // function, fields[a] against constants[b]: the same in one step
  kCompareTime,    // the same, drift c (as int32_t) of left against right
  kCompareAge,     // operation c, a kCompareTime, which compares now - fields[a] with the duration constants[b]
  kAnd,            // operations operands[a] to operands[a + b - 1]
  kOr,
  kConditional,  // operation a ? b : c
  kMacro,        // macro over operation a, body b, filter c or kNoOp
  kOrElse,       // function (of the two for optionals), operations a and b
  kCall,         // library function of operations operands[a] to operands[a + b - 1], rows calls[c]
  kHistory,      // history[a]
  kSegment,      // segments[a]
  kFail,         // with constants[a]
  kMakeList,     // of operations operands[a] to operands[a + b - 1]; one with kOptionalBit gives an optional value, and
                 // adds no element when that is empty
  kMakeMap,      // the same, key after value after key
};
inline constexpr uint32_t kNoOp = 0xFFFFFFFF;
inline constexpr uint32_t kOptionalBit = 0x80000000;

struct Op {
  Operation operation = Operation::kConstant;
  Function function = Function::kNone;
  Macro macro = Macro::kExists;
  uint8_t names = 1;  // that a macro binds
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

struct HistoryCode;

// A field of a variable.
struct FieldCode {
  uint32_t slot = 0;
  uint32_t key = 0;                            // constants[key]
  const ContainerOps* ops = nullptr;           // a map of these is read by
  Value (*get)(const void* object) = nullptr;  // this one; null: none is
};

struct Code {
  std::vector<Op> ops;  // the root is the last
  std::vector<uint32_t> operands;
  std::vector<Value> constants;
  std::vector<FieldCode> fields;
  std::vector<absl::Span<const LibraryFunction>> calls;
  std::vector<std::string> variable_names;  // by slot, for errors
  int now_slot = -1;                        // -1 when the expression does not read the time
  std::vector<std::shared_ptr<const HistoryCode>> history;
  std::vector<std::shared_ptr<const Code>> segments;
  Reads reads;
  Type type;
  // What constants point into.
  std::deque<std::string> texts;
  std::vector<std::shared_ptr<const void>> made;
};

// "customer.orders".
std::string FieldName(const Code& code, const FieldCode& field);

}  // namespace cartwheel::cel
