// Filters on numbers, over number.h.
#include <algorithm>
#include <cstdint>

#include "liquid/filters.h"
#include "liquid/operand.h"
#include "liquid/semantics.h"

namespace cartwheel::liquid {
namespace {

template <Number (*kOperation)(const Number&, const Number&)>
Value Arithmetic(Context& context, const Value& input, const Value* arguments) {
  return FromNumber(kOperation(Operand(context, input), Operand(context, arguments[0])));
}

template <Number (*kOperation)(const Number&, const Number&)>
Value Division(Context& context, const Value& input, const Value* arguments) {
  const Number divisor = Operand(context, arguments[0]);
  if (IsZero(divisor)) return context.Fail("division by zero");
  return FromNumber(kOperation(Operand(context, input), divisor));
}

template <Number (*kOperation)(const Number&)>
Value Rounding(Context& context, const Value& input, const Value*) {
  return FromNumber(kOperation(Operand(context, input)));
}

Number Magnitude(const Number& number) {
  bool negative = number.exact ? number.digits < 0 : number.real < 0;
  return negative ? Negate(number) : number;
}

Value RoundFilter(Context& context, const Value& input, const Value* arguments) {
  constexpr int64_t kPlacesMax = 100;
  auto places = ToInt(Truncate(Operand(context, arguments[0]))).value_or(0);
  return FromNumber(Round(Operand(context, input), static_cast<int>(std::clamp(places, -kPlacesMax, kPlacesMax))));
}

template <int kSign>
Value Bound(Context& context, const Value& input, const Value* arguments) {
  const Number number = Operand(context, input), bound = Operand(context, arguments[0]);
  return FromNumber(OrderNumbers(number, bound) == kSign ? bound : number);
}

constexpr Filter kFilters[] = {
    {"abs", 0, 0, Rounding<Magnitude>},    {"at_least", 1, 1, Bound<-1>},          {"at_most", 1, 1, Bound<1>},
    {"ceil", 0, 0, Rounding<Ceil>},        {"divided_by", 1, 1, Division<Divide>}, {"floor", 0, 0, Rounding<Floor>},
    {"minus", 1, 1, Arithmetic<Subtract>}, {"modulo", 1, 1, Division<Modulo>},     {"plus", 1, 1, Arithmetic<Add>},
    {"round", 0, 1, RoundFilter},          {"times", 1, 1, Arithmetic<Multiply>},
};

}  // namespace

absl::Span<const Filter> NumberFilters() { return kFilters; }

}  // namespace cartwheel::liquid
