#include "cel/operators.h"

#include <limits>

#include "base/utf8.h"
#include "cel/compare.h"
#include "cel/conversions.h"
#include "cel/library.h"
#include "cel/time_text.h"

namespace cartwheel::cel {
namespace {

constexpr std::string_view kOverflow = "integer overflow";
constexpr std::string_view kDivisionByZero = "division by zero";
constexpr std::string_view kRemainderOfZero = "remainder of a division by zero";
constexpr std::string_view kTimeRange = "outside of the years 1 to 9999";
constexpr std::string_view kSpanRange = "a duration longer than 292 years";

bool IsReal(const Value& value) { return value.kind() == Kind::kDouble || value.kind() == Kind::kDecimal; }

Value MakeTimestamp(int64_t at_ms, uint32_t nanoseconds, std::string_view* error) {
  if (at_ms < kTimestampMinMs || at_ms > kTimestampMaxMs) return Fail(kTimeRange, error);
  return Value::Timestamp(at_ms, nanoseconds);
}

Value MakeDuration(int64_t span_ms, uint32_t nanoseconds, std::string_view* error) {
  if (span_ms < -kDurationMaxMs || span_ms > kDurationMaxMs) return Fail(kSpanRange, error);
  return Value::Duration(span_ms, nanoseconds);
}

Value ComputeInts(Function function, int64_t a, int64_t b, std::string_view* error) {
  int64_t out = 0;
  if (function == Function::kAdd) return __builtin_add_overflow(a, b, &out) ? Fail(kOverflow, error) : Value::Int(out);
  if (function == Function::kSubtract)
    return __builtin_sub_overflow(a, b, &out) ? Fail(kOverflow, error) : Value::Int(out);
  if (function == Function::kMultiply)
    return __builtin_mul_overflow(a, b, &out) ? Fail(kOverflow, error) : Value::Int(out);
  if (function == Function::kDivide) {
    if (b == 0) return Fail(kDivisionByZero, error);
    if (b == -1 && a == std::numeric_limits<int64_t>::min()) return Fail(kOverflow, error);
    return Value::Int(a / b);
  }
  if (function != Function::kRemainder) return Fail(kNoOverload, error);
  if (b == 0) return Fail(kRemainderOfZero, error);
  return Value::Int(b == -1 ? 0 : a % b);  // the smallest int % -1 would trap
}

Value ComputeUints(Function function, uint64_t a, uint64_t b, std::string_view* error) {
  uint64_t out = 0;
  if (function == Function::kAdd) return __builtin_add_overflow(a, b, &out) ? Fail(kOverflow, error) : Value::Uint(out);
  if (function == Function::kSubtract)
    return __builtin_sub_overflow(a, b, &out) ? Fail(kOverflow, error) : Value::Uint(out);
  if (function == Function::kMultiply)
    return __builtin_mul_overflow(a, b, &out) ? Fail(kOverflow, error) : Value::Uint(out);
  if (function == Function::kDivide) return b == 0 ? Fail(kDivisionByZero, error) : Value::Uint(a / b);
  if (function != Function::kRemainder) return Fail(kNoOverload, error);
  return b == 0 ? Fail(kRemainderOfZero, error) : Value::Uint(a % b);
}

Value ComputeDoubles(Function function, double a, double b, std::string_view* error) {
  if (function == Function::kAdd) return Value::Double(a + b);
  if (function == Function::kSubtract) return Value::Double(a - b);
  if (function == Function::kMultiply) return Value::Double(a * b);
  if (function == Function::kDivide) return Value::Double(a / b);
  return Fail(kNoOverload, error);
}

Value ComputeTimes(Function function, const Value& a, const Value& b, std::string_view* error) {
  bool add = function == Function::kAdd, subtract = function == Function::kSubtract;
  if (!add && !subtract) return Fail(kNoOverload, error);
  int64_t sum = 0;
  if (add ? __builtin_add_overflow(a.integer(), b.integer(), &sum)
          : __builtin_sub_overflow(a.integer(), b.integer(), &sum))
    return Fail(kTimeRange, error);
  constexpr int32_t kMs = 1'000'000;
  int32_t fine = static_cast<int32_t>(a.nanoseconds()) + (add ? 1 : -1) * static_cast<int32_t>(b.nanoseconds());
  const int carry = fine >= kMs ? 1 : fine < 0 ? -1 : 0;
  fine -= carry * kMs;
  sum += carry;  // sums of times that exist are far from the ends of an int64
  const auto nanoseconds = static_cast<uint32_t>(fine);
  if (a.kind() == Kind::kDuration && b.kind() == Kind::kDuration) return MakeDuration(sum, nanoseconds, error);
  if (a.kind() == Kind::kTimestamp && b.kind() == Kind::kDuration) return MakeTimestamp(sum, nanoseconds, error);
  if (a.kind() == Kind::kDuration && b.kind() == Kind::kTimestamp && add) return MakeTimestamp(sum, nanoseconds, error);
  if (a.kind() == Kind::kTimestamp && b.kind() == Kind::kTimestamp && subtract)
    return MakeDuration(sum, nanoseconds, error);
  return Fail(kNoOverload, error);
}

Value Join(const Value& a, const Value& b, Arena& arena) {
  if (a.is_list()) {
    std::vector<Value> elements;
    for (const Value& list : {a, b})
      for (size_t i = 0; i < list.size(); ++i) elements.push_back(list.at(i));
    return arena.List(std::move(elements));
  }
  std::string text(a.text());
  text += b.text();
  return a.is_string() ? arena.Text(std::move(text)) : arena.Bytes(std::move(text));
}

Value Arithmetic(Function function, const Value& a, const Value& b, Arena& arena, std::string_view* error) {
  auto is_time = [](const Value& v) { return v.kind() == Kind::kTimestamp || v.kind() == Kind::kDuration; };
  if (a.kind() == Kind::kInt && b.kind() == Kind::kInt) return ComputeInts(function, a.integer(), b.integer(), error);
  if (IsReal(a) && IsReal(b)) return ComputeDoubles(function, ToDouble(a), ToDouble(b), error);
  if (a.kind() == Kind::kUint && b.kind() == Kind::kUint)
    return ComputeUints(function, a.unsigned_integer(), b.unsigned_integer(), error);
  if (is_time(a) && is_time(b)) return ComputeTimes(function, a, b, error);
  bool joins = function == Function::kAdd && a.kind() == b.kind();
  if (joins && (a.kind() == Kind::kString || a.kind() == Kind::kBytes || a.kind() == Kind::kList))
    return Join(a, b, arena);
  return Fail(kNoOverload, error);
}

Value In(const Value& needle, const Value& range, std::string_view* error) {
  if (range.is_map()) return Value::Bool(!FindKey(range, needle).is_absent());
  if (!range.is_list()) return Fail(kNoOverload, error);
  size_t size = range.size();
  for (size_t i = 0; i < size; ++i)
    if (Equal(needle, range.at(i))) return Value::Bool(true);
  return Value::Bool(false);
}

Value Index(const Value& range, const Value& index, std::string_view* error) {
  if (range.is_map()) {
    Value found = FindKey(range, index);
    return found.is_absent() ? Fail("no such key", error) : found;
  }
  if (!range.is_list() || !IsNumber(index)) return Fail(kNoOverload, error);
  std::string_view inexact;
  Value whole = Convert(Function::kToInt, index, &inexact);
  if (whole.is_absent() || !Equal(whole, index)) return Fail("a list index that is not whole", error);
  if (whole.integer() < 0 || static_cast<uint64_t>(whole.integer()) >= range.size())
    return Fail("list index out of range", error);
  return range.at(static_cast<size_t>(whole.integer()));
}

// One of contains, startsWith and endsWith.
bool Search(Function function, std::string_view text, std::string_view part) {
  if (function == Function::kContains) return text.find(part) != std::string_view::npos;
  return function == Function::kStartsWith ? text.starts_with(part) : text.ends_with(part);
}

Value Size(const Value& value, std::string_view* error) {
  if (value.is_string()) return Value::Int(static_cast<int64_t>(CountCharacters(value.text())));
  if (value.kind() == Kind::kBytes) return Value::Int(static_cast<int64_t>(value.text().size()));
  if (value.is_list() || value.is_map()) return Value::Int(static_cast<int64_t>(value.size()));
  return Fail(kNoOverload, error);
}

Value Negate(const Value& value, std::string_view* error) {
  if (value.kind() == Kind::kInt) return ComputeInts(Function::kSubtract, 0, value.integer(), error);
  return IsReal(value) ? Value::Double(-ToDouble(value)) : Fail(kNoOverload, error);
}

}  // namespace

Value ApplyUnary(Function function, const Value& operand, Arena& arena, std::string_view* error) {
  if (function == Function::kNot)
    return operand.kind() == Kind::kBool ? Value::Bool(!operand.boolean()) : Fail(kNoOverload, error);
  if (function == Function::kNegate) return Negate(operand, error);
  if (function == Function::kSize) return Size(operand, error);
  if (function == Function::kToString)
    if (std::string text = ScalarText(operand); !text.empty()) return arena.Text(std::move(text));
  return Convert(function, operand, error);
}

Value ApplyBinary(Function function, const Value& left, const Value& right, Arena& arena, std::string_view* error) {
  if (function == Function::kIn) return In(left, right, error);
  if (function == Function::kIndex) return Index(left, right, error);
  const bool searches =
      function == Function::kContains || function == Function::kStartsWith || function == Function::kEndsWith;
  if (!searches) return Arithmetic(function, left, right, arena, error);
  if (!left.is_string() || !right.is_string()) return Fail(kNoOverload, error);
  return Value::Bool(Search(function, left.text(), right.text()));
}

}  // namespace cartwheel::cel
