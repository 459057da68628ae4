// The extension library math, as cel-go defines it (https://github.com/google/cel-go/tree/master/ext#math).
#include <cmath>
#include <limits>

#include "cel/compare.h"
#include "cel/functions.h"
#include "cel/library.h"

namespace cartwheel::cel {
namespace {

using Values = absl::Span<const Value>;
using K = TypeKind;

// The operand that is greater (or less) than all others; the first of equal ones.
Value Extreme(Values numbers, Order wanted, std::string_view* error) {
  if (numbers.empty()) return Fail("no number to choose from", error);
  Value best;
  for (const Value& number : numbers) {
    if (!IsNumber(number)) return Fail(kNoOverload, error);
    if (best.is_absent() || Compare(number, best) == wanted) best = number;
  }
  return best;
}

Value ExtremeOf(Values operands, Order wanted, std::string_view* error) {
  if (operands.size() > 1 || !operands[0].is_list()) return Extreme(operands, wanted, error);
  std::vector<Value> elements;
  for (size_t i = 0; i < operands[0].size(); ++i) elements.push_back(operands[0].at(i));
  return Extreme(elements, wanted, error);
}

Value Greatest(Values v, Arena&, std::string_view* error) { return ExtremeOf(v, Order::kGreater, error); }
Value Least(Values v, Arena&, std::string_view* error) { return ExtremeOf(v, Order::kLess, error); }

template <double (*kFunction)(double)>
Value Real(Values v, Arena&, std::string_view*) {
  return Value::Double(kFunction(ToDouble(v[0])));
}

template <bool (*kTest)(double)>
Value Test(Values v, Arena&, std::string_view*) {
  return Value::Bool(kTest(ToDouble(v[0])));
}
bool IsNan(double x) { return std::isnan(x); }
bool IsInf(double x) { return std::isinf(x); }
bool IsFinite(double x) { return std::isfinite(x); }
double SignOf(double x) { return std::isnan(x) ? x : x > 0 ? 1.0 : x < 0 ? -1.0 : 0.0; }

Value AbsInt(Values v, Arena&, std::string_view* error) {
  if (v[0].integer() == std::numeric_limits<int64_t>::min()) return Fail("integer overflow", error);
  return Value::Int(std::abs(v[0].integer()));
}
Value Same(Values v, Arena&, std::string_view*) { return v[0]; }
Value SignInt(Values v, Arena&, std::string_view*) { return Value::Int((v[0].integer() > 0) - (v[0].integer() < 0)); }
Value SignUint(Values v, Arena&, std::string_view*) { return Value::Uint(v[0].unsigned_integer() > 0); }
Value Root(Values v, Arena&, std::string_view*) { return Value::Double(std::sqrt(ToDouble(v[0]))); }

uint64_t Bits(const Value& value) { return value.unsigned_integer(); }
Value Like(const Value& kind, uint64_t bits) {
  return kind.kind() == Kind::kUint ? Value::Uint(bits) : Value::Int(static_cast<int64_t>(bits));
}
Value And(Values v, Arena&, std::string_view*) { return Like(v[0], Bits(v[0]) & Bits(v[1])); }
Value Or(Values v, Arena&, std::string_view*) { return Like(v[0], Bits(v[0]) | Bits(v[1])); }
Value Xor(Values v, Arena&, std::string_view*) { return Like(v[0], Bits(v[0]) ^ Bits(v[1])); }
Value Not(Values v, Arena&, std::string_view*) { return Like(v[0], ~Bits(v[0])); }

// The sign is a bit like any other.
template <bool kLeft>
Value Shift(Values v, Arena&, std::string_view* error) {
  const int64_t by = v[1].integer();
  if (by < 0) return Fail("a shift by a negative number", error);
  return Like(v[0], by > 63 ? 0 : kLeft ? Bits(v[0]) << by : Bits(v[0]) >> by);
}

constexpr LibraryFunction kRows[] = {
    {"math.greatest", false, K::kDyn, 1, kAnyNumber, {K::kDyn}, Greatest},
    {"math.least", false, K::kDyn, 1, kAnyNumber, {K::kDyn}, Least},
    {"math.ceil", false, K::kDouble, 1, 1, {K::kDouble}, Real<std::ceil>},
    {"math.floor", false, K::kDouble, 1, 1, {K::kDouble}, Real<std::floor>},
    {"math.round", false, K::kDouble, 1, 1, {K::kDouble}, Real<std::round>},
    {"math.trunc", false, K::kDouble, 1, 1, {K::kDouble}, Real<std::trunc>},
    {"math.abs", false, K::kInt, 1, 1, {K::kInt}, AbsInt},
    {"math.abs", false, K::kUint, 1, 1, {K::kUint}, Same},
    {"math.abs", false, K::kDouble, 1, 1, {K::kDouble}, Real<std::fabs>},
    {"math.sign", false, K::kInt, 1, 1, {K::kInt}, SignInt},
    {"math.sign", false, K::kUint, 1, 1, {K::kUint}, SignUint},
    {"math.sign", false, K::kDouble, 1, 1, {K::kDouble}, Real<SignOf>},
    {"math.sqrt", false, K::kDouble, 1, 1, {K::kInt}, Root},
    {"math.sqrt", false, K::kDouble, 1, 1, {K::kUint}, Root},
    {"math.sqrt", false, K::kDouble, 1, 1, {K::kDouble}, Root},
    {"math.isNaN", false, K::kBool, 1, 1, {K::kDouble}, Test<IsNan>},
    {"math.isInf", false, K::kBool, 1, 1, {K::kDouble}, Test<IsInf>},
    {"math.isFinite", false, K::kBool, 1, 1, {K::kDouble}, Test<IsFinite>},
    {"math.bitAnd", false, K::kInt, 2, 2, {K::kInt, K::kInt}, And},
    {"math.bitAnd", false, K::kUint, 2, 2, {K::kUint, K::kUint}, And},
    {"math.bitOr", false, K::kInt, 2, 2, {K::kInt, K::kInt}, Or},
    {"math.bitOr", false, K::kUint, 2, 2, {K::kUint, K::kUint}, Or},
    {"math.bitXor", false, K::kInt, 2, 2, {K::kInt, K::kInt}, Xor},
    {"math.bitXor", false, K::kUint, 2, 2, {K::kUint, K::kUint}, Xor},
    {"math.bitNot", false, K::kInt, 1, 1, {K::kInt}, Not},
    {"math.bitNot", false, K::kUint, 1, 1, {K::kUint}, Not},
    {"math.bitShiftLeft", false, K::kInt, 2, 2, {K::kInt, K::kInt}, Shift<true>},
    {"math.bitShiftLeft", false, K::kUint, 2, 2, {K::kUint, K::kInt}, Shift<true>},
    {"math.bitShiftRight", false, K::kInt, 2, 2, {K::kInt, K::kInt}, Shift<false>},
    {"math.bitShiftRight", false, K::kUint, 2, 2, {K::kUint, K::kInt}, Shift<false>},
};

}  // namespace

absl::Span<const LibraryFunction> NumberFunctions() { return kRows; }

}  // namespace cartwheel::cel
