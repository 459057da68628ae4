// Amounts as people read them: 12,900원 in Korean, ₩12,900 elsewhere, $12.90, €12.90, ¥1,290. Amounts are in units of
// the currency, not in cents, rounded half away from zero to the digits it has. Commas between thousands and a point,
// in every language.
#pragma once

#include <string>
#include <string_view>

#include "liquid/number.h"

namespace cartwheel::liquid {

bool IsCurrency(std::string_view code);  // "KRW"
// With a locale "ko" or "ko-…" won are written after the number. A currency without a symbol: "12.900 KWD"; an unknown
// code: "12,900.00 XYZ".
std::string FormatAmount(const Number& amount, std::string_view code, std::string_view locale);

}  // namespace cartwheel::liquid
