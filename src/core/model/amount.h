// The numbers in values of events: shops send prices, totals and quantities as whole numbers, decimals or doubles.
#pragma once

#include "base/money.h"
#include "base/value.h"

namespace cartwheel {

// Whether MoneyOf reads it: a finite number within the range of money.
inline bool IsMoney(const Value& value) {
  return value.kind() == Kind::kInt || value.kind() == Kind::kDecimal ||
         (value.kind() == Kind::kDouble && MoneyFromDouble(value.real()).has_value());
}

// 0 for anything that is no number.
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

// The price of a scaled number of pieces (cart.h), to the nearest 1/kMoneyScale, half to even; saturates as money does.
inline Money MultiplyQuantity(Money price, int64_t quantity) {
  if (quantity % kMoneyScale == 0) return MultiplyMoney(price, quantity / kMoneyScale);
  const __int128 product = static_cast<__int128>(price) * quantity;
  __int128 whole = product / kMoneyScale;
  const __int128 rest = product % kMoneyScale, twice = (rest < 0 ? -rest : rest) * 2;
  if (twice > kMoneyScale || (twice == kMoneyScale && whole % 2 != 0)) whole += product < 0 ? -1 : 1;
  if (whole != static_cast<Money>(whole)) return MultiplyMoney(price, quantity / kMoneyScale);
  return static_cast<Money>(whole);
}

}  // namespace cartwheel
