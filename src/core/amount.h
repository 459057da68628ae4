// The money in a value of an event: shops send prices and totals as whole numbers, decimals or doubles. Anything else is no money.
#pragma once

#include "base/money.h"
#include "base/value.h"

namespace cartwheel {

inline Money MoneyOf(const Value& value) {
  switch (value.kind()) {
    case Kind::kInt:
      return MultiplyMoney(kMoneyScale, value.integer());
    case Kind::kDecimal:
      return value.decimal();
    case Kind::kDouble:
      return MoneyFromDouble(value.real()).value_or(0);
    default:
      return 0;
  }
}

}  // namespace cartwheel
