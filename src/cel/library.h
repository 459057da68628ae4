// The functions that are not operators, as tables: what each is called, what it takes, and the C++ function that does
// it. The checker picks the rows that may fit, an evaluation the one that does. A new function is a row in one of the
// library_*.cc files.
//
// Names of namespaces are part of a function's name: "math.greatest". Of a member function, the receiver is the first
// operand.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "base/value.h"
#include "cel/arena.h"
#include "cel/type.h"

namespace cartwheel::cel {

inline constexpr int kOperandsMax = 4;    // of a row; what a variadic one takes more is of the last one's type
inline constexpr int kArgumentsMax = 32;  // of a call
inline constexpr int kAnyNumber = 0xFFFF;

inline constexpr std::string_view kTooMuchMade = "more is made than an evaluation may keep";

struct LibraryFunction {
  std::string_view name;
  bool member;
  TypeKind result;
  int operands_min, operands_max;   // the latter kAnyNumber: no end
  TypeKind operands[kOperandsMax];  // kDyn: any
  // The value; absent on an error, whose text is static.
  Value (*run)(absl::Span<const Value> operands, Arena& arena, std::string_view* error);
};

absl::Span<const LibraryFunction> TextFunctions();      // library_text.cc
absl::Span<const LibraryFunction> NumberFunctions();    // library_number.cc
absl::Span<const LibraryFunction> TimeFunctions();      // library_time.cc
absl::Span<const LibraryFunction> GeneralFunctions();   // library_general.cc
absl::Span<const LibraryFunction> OptionalFunctions();  // library_optional.cc

// The rows of a name and a way of calling it; empty: there is none. They are next to each other.
absl::Span<const LibraryFunction> FindLibrary(std::string_view name, bool member);
std::vector<std::string_view> LibraryNames();
bool IsLibraryName(std::string_view name);       // of any function
bool IsLibraryNamespace(std::string_view name);  // "math"

// Runs the row that takes these operands.
[[nodiscard]] Value CallLibrary(absl::Span<const LibraryFunction> rows, absl::Span<const Value> operands, Arena& arena,
                                std::string_view* error);
bool Takes(TypeKind wanted, const Value& value);
TypeKind OperandOf(const LibraryFunction& row, size_t index);
// "string.charAt(int)", "math.abs(double)".
std::string Spell(const LibraryFunction& row);

// An optional of range's element at `key` (of what is inside, when `range` is an optional itself), none when there is
// no such element; absent on an error, whose text is static. It is a.?b and a[?b], and every field of an optional.
[[nodiscard]] Value SelectOptional(const Value& range, const Value& key, Arena& arena, std::string_view* error);
// The format() of texts (format.cc).
Value FormatText(std::string_view format, const Value& arguments, Arena& arena, std::string_view* error);
// string() of a number or a time; empty for any other kind.
std::string ScalarText(const Value& value);

}  // namespace cartwheel::cel
