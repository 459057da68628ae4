// Amounts as people write them: "12,900", "12 900", "₩12,900", "12900원", "$12.90", "12.900,00", "1'234.50",
// "(12,900)". The one reader of amounts in texts: of events, and of the filters `money` and `percent_off`.
//
// Read as the same whatever the style:
//  * digits alone, and what JSON writes with an exponent: "12900", "-3.5e2". Full-width and Arabic digits, NBSP and
//  narrow spaces are plain ones here.
//  * two kinds of separator: the last is the decimal mark and stands once, the other groups: "12,900.00", "12.900,00",
//  "1'234.50", "12 900,50"
//  * one kind that stands more than once groups: "1,234,567", "1.234.567"; in commas also as India groups, "12,34,567".
//  Groups are well formed (three
//    digits, before the first at most three and no 0), or it is no amount: "1,2,3".
//  * spaces and apostrophes only group: "12 900", "12'900"
//  * a sign in front, or (accounting) brackets; ".-" and ",-" at the end are no cents: "12.-"
//
// One comma or point, by the digits after it, the decimals of the currency (ISO 4217) and the decimal mark of the
// locale (CLDR):
//
//   "1,234", "1.234": a well-formed group of three
//     currency has no decimals (KRW, JPY)     1234 with either mark
//     currency has three or more (KWD)        the locale's decimal mark is one; in a locale with a point "," groups;
//     else ambiguous other and unknown currencies, locale:   with a point (en, ko)   with a comma (de) unknown
//       "1,234"                               1234                    EUR ambiguous, unknown currency 1.234       EUR
//       1234, unknown currency ambiguous "1.234"                               1.234                   1234 ambiguous
//   "12.5", "12.90", "1234.000", "0.500": not a group: a decimal point, as machines write it
//   "12,5", "12,90", "0,500": not a group: a decimal comma, where the currency has so many decimals or is unknown, or
//   the locale writes a comma; else no
//     amount
//
// Words and symbols before and after the digits must be those of a currency (currency.h), and of the style's where it
// has one: "$12.90" in won and "3만원" are no amounts, since what is left of them would be a wrong price. Where the
// style has none, they say the currency: "₩1.234" is 1234.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/money.h"

namespace cartwheel {

// How a shop writes amounts. Views; either may be empty: unknown.
struct AmountStyle {
  std::string_view currency;  // ISO 4217
  std::string_view locale;    // BCP 47, as "ko-KR" or "de"
};

enum class AmountText : uint8_t { kRead, kAmbiguous, kNotAnAmount };

// *amount is set where the text was read, to the nearest 1/kMoneyScale as ParseMoney rounds. Cost: linear in the text,
// which is refused beyond 64 bytes.
[[nodiscard]] AmountText ReadAmountText(std::string_view text, const AmountStyle& style, Money* amount);

}  // namespace cartwheel
