// The operators and functions of the language, as tables: names, and which types each takes. The checker reads them; so
// does every error message that lists what would have been right.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/types/span.h"
#include "base/value.h"
#include "cel/type.h"

namespace cartwheel::cel {

// The error of operands that no row of a table takes.
inline constexpr std::string_view kNoOverload = "no such overload";

// Of a function of values: sets the error, a static text, and returns the absent value.
inline Value Fail(std::string_view why, std::string_view* error) {
  *error = why;
  return Value();
}

enum class Function : uint8_t {
  kNone,
  kNot,
  kNegate,
  kMultiply,
  kDivide,
  kRemainder,
  kAdd,
  kSubtract,
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kIn,
  kIndex,
  kOptionalIndex,  // also of a field: a.?b
  kSize,
  kContains,
  kStartsWith,
  kEndsWith,
  kToInt,
  kToUint,
  kToDouble,
  kToBool,
  kToString,
  kToBytes,
  kToDyn,
  kToTimestamp,
  kToDuration,
  kOrElse,       // optional.or(optional)
  kOrElseValue,  // optional.orValue(any)
};

struct FunctionName {
  std::string_view name;
  Function function;
  bool global, member;
};
absl::Span<const FunctionName> FunctionNames();
// Null when no function of CEL is called so.
const FunctionName* FindFunction(std::string_view name);
// "net" of net.ip(): the qualifiers of extension libraries that are not supported yet.
bool IsLibrary(std::string_view qualifier);

// One combination of operand types. Comparisons, `in` and indexing are rules, not rows: they live in the checker.
struct Overload {
  Function function;
  TypeKind result;
  int arity;
  TypeKind operands[2];
};
absl::Span<const Overload> Overloads();

// "+", "size".
std::string_view Symbol(Function function);
bool IsOperator(Function function);
bool IsOrdering(Function function);  // < <= > >=
bool IsEquality(Function function);  // == !=
// "int + int" or "size(string)".
std::string Spell(const Overload& overload);

}  // namespace cartwheel::cel
