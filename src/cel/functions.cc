#include "cel/functions.h"

#include <algorithm>

#include "fmt/format.h"

namespace cartwheel::cel {
namespace {

using F = Function;
using T = TypeKind;

constexpr std::string_view kSymbols[] = {
    "",     "!",      "-",    "*",      "/",     "%",   "+",         "-",        "==",         "!=",       "<",
    "<=",   ">",      ">=",   "in",     "[]",    "[?]", "size",      "contains", "startsWith", "endsWith", "int",
    "uint", "double", "bool", "string", "bytes", "dyn", "timestamp", "duration", "or",         "orValue"};

constexpr FunctionName kNames[] = {
    {"size", F::kSize, true, true},
    {"contains", F::kContains, false, true},
    {"startsWith", F::kStartsWith, false, true},
    {"endsWith", F::kEndsWith, false, true},
    {"int", F::kToInt, true, false},
    {"uint", F::kToUint, true, false},
    {"double", F::kToDouble, true, false},
    {"bool", F::kToBool, true, false},
    {"string", F::kToString, true, false},
    {"bytes", F::kToBytes, true, false},
    {"dyn", F::kToDyn, true, false},
    {"timestamp", F::kToTimestamp, true, false},
    {"duration", F::kToDuration, true, false},
    {"or", F::kOrElse, false, true},
    {"orValue", F::kOrElseValue, false, true},
};

constexpr std::string_view kLibraries[] = {"cel", "net", "proto"};

constexpr Overload kOverloads[] = {
    {F::kNot, T::kBool, 1, {T::kBool}},
    {F::kNegate, T::kInt, 1, {T::kInt}},
    {F::kNegate, T::kDouble, 1, {T::kDouble}},
    {F::kMultiply, T::kInt, 2, {T::kInt, T::kInt}},
    {F::kMultiply, T::kUint, 2, {T::kUint, T::kUint}},
    {F::kMultiply, T::kDouble, 2, {T::kDouble, T::kDouble}},
    {F::kDivide, T::kInt, 2, {T::kInt, T::kInt}},
    {F::kDivide, T::kUint, 2, {T::kUint, T::kUint}},
    {F::kDivide, T::kDouble, 2, {T::kDouble, T::kDouble}},
    {F::kRemainder, T::kInt, 2, {T::kInt, T::kInt}},
    {F::kRemainder, T::kUint, 2, {T::kUint, T::kUint}},
    {F::kAdd, T::kInt, 2, {T::kInt, T::kInt}},
    {F::kAdd, T::kUint, 2, {T::kUint, T::kUint}},
    {F::kAdd, T::kDouble, 2, {T::kDouble, T::kDouble}},
    {F::kAdd, T::kTimestamp, 2, {T::kTimestamp, T::kDuration}},
    {F::kAdd, T::kTimestamp, 2, {T::kDuration, T::kTimestamp}},
    {F::kAdd, T::kDuration, 2, {T::kDuration, T::kDuration}},
    {F::kAdd, T::kString, 2, {T::kString, T::kString}},
    {F::kAdd, T::kBytes, 2, {T::kBytes, T::kBytes}},
    {F::kAdd, T::kList, 2, {T::kList, T::kList}},
    {F::kSubtract, T::kInt, 2, {T::kInt, T::kInt}},
    {F::kSubtract, T::kUint, 2, {T::kUint, T::kUint}},
    {F::kSubtract, T::kDouble, 2, {T::kDouble, T::kDouble}},
    {F::kSubtract, T::kDuration, 2, {T::kTimestamp, T::kTimestamp}},
    {F::kSubtract, T::kTimestamp, 2, {T::kTimestamp, T::kDuration}},
    {F::kSubtract, T::kDuration, 2, {T::kDuration, T::kDuration}},
    {F::kSize, T::kInt, 1, {T::kString}},
    {F::kSize, T::kInt, 1, {T::kBytes}},
    {F::kSize, T::kInt, 1, {T::kList}},
    {F::kSize, T::kInt, 1, {T::kMap}},
    {F::kContains, T::kBool, 2, {T::kString, T::kString}},
    {F::kStartsWith, T::kBool, 2, {T::kString, T::kString}},
    {F::kEndsWith, T::kBool, 2, {T::kString, T::kString}},
    {F::kToInt, T::kInt, 1, {T::kInt}},
    {F::kToInt, T::kInt, 1, {T::kUint}},
    {F::kToInt, T::kInt, 1, {T::kDouble}},
    {F::kToInt, T::kInt, 1, {T::kString}},
    {F::kToInt, T::kInt, 1, {T::kTimestamp}},
    {F::kToUint, T::kUint, 1, {T::kUint}},
    {F::kToUint, T::kUint, 1, {T::kInt}},
    {F::kToUint, T::kUint, 1, {T::kDouble}},
    {F::kToUint, T::kUint, 1, {T::kString}},
    {F::kToDouble, T::kDouble, 1, {T::kDouble}},
    {F::kToDouble, T::kDouble, 1, {T::kInt}},
    {F::kToDouble, T::kDouble, 1, {T::kUint}},
    {F::kToDouble, T::kDouble, 1, {T::kString}},
    {F::kToBool, T::kBool, 1, {T::kBool}},
    {F::kToBool, T::kBool, 1, {T::kString}},
    {F::kToString, T::kString, 1, {T::kString}},
    {F::kToString, T::kString, 1, {T::kBool}},
    {F::kToString, T::kString, 1, {T::kBytes}},
    {F::kToString, T::kString, 1, {T::kInt}},
    {F::kToString, T::kString, 1, {T::kUint}},
    {F::kToString, T::kString, 1, {T::kDouble}},
    {F::kToString, T::kString, 1, {T::kTimestamp}},
    {F::kToString, T::kString, 1, {T::kDuration}},
    {F::kToBytes, T::kBytes, 1, {T::kBytes}},
    {F::kToBytes, T::kBytes, 1, {T::kString}},
    {F::kToTimestamp, T::kTimestamp, 1, {T::kTimestamp}},
    {F::kToTimestamp, T::kTimestamp, 1, {T::kString}},
    {F::kToTimestamp, T::kTimestamp, 1, {T::kInt}},
    {F::kToDuration, T::kDuration, 1, {T::kDuration}},
    {F::kToDuration, T::kDuration, 1, {T::kString}},
    {F::kOrElse, T::kOptional, 2, {T::kOptional, T::kOptional}},
    {F::kOrElseValue, T::kDyn, 2, {T::kOptional, T::kDyn}},
};

bool IsMember(Function function) {
  return function == F::kContains || function == F::kStartsWith || function == F::kEndsWith || function == F::kOrElse ||
         function == F::kOrElseValue;
}

}  // namespace

absl::Span<const FunctionName> FunctionNames() { return kNames; }

const FunctionName* FindFunction(std::string_view name) {
  for (const FunctionName& function : kNames)
    if (function.name == name) return &function;
  return nullptr;
}

bool IsLibrary(std::string_view qualifier) {
  return std::find(std::begin(kLibraries), std::end(kLibraries), qualifier) != std::end(kLibraries);
}

absl::Span<const Overload> Overloads() { return kOverloads; }

std::string_view Symbol(Function function) { return kSymbols[static_cast<size_t>(function)]; }

bool IsOperator(Function function) { return function <= F::kOptionalIndex; }

bool IsOrdering(Function function) { return function >= F::kLess && function <= F::kGreaterEqual; }

bool IsEquality(Function function) { return function == F::kEqual || function == F::kNotEqual; }

std::string Spell(const Overload& overload) {
  std::string_view symbol = Symbol(overload.function), first = TypeName(overload.operands[0]);
  if (overload.arity == 1)
    return IsOperator(overload.function) ? fmt::format("{}{}", symbol, first) : fmt::format("{}({})", symbol, first);
  std::string_view second = TypeName(overload.operands[1]);
  if (IsMember(overload.function)) return fmt::format("{}.{}({})", first, symbol, second);
  return fmt::format("{} {} {}", first, symbol, second);
}

}  // namespace cartwheel::cel
