// Money: an exact decimal number, scaled by kMoneyScale into an int64. Never summed in doubles. The range is about
// ±9.2e14 units; arithmetic that would leave it saturates, which no real cart reaches.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cartwheel {

using Money = int64_t;
inline constexpr int kMoneyDigits = 4;
inline constexpr Money kMoneyScale = 10'000;

// "12900", "-3.5", "1.25e3": a JSON number, to the nearest 1/kMoneyScale (half to even). Empty when the text is not a
// number or out of range. Amounts as people write them: amount_text.h.
[[nodiscard]] std::optional<Money> ParseMoney(std::string_view text);
// As above; `exact` says whether no digit was lost to rounding.
[[nodiscard]] std::optional<Money> ParseMoney(std::string_view text, bool* exact);
// As its shortest text, so that 183.60000000000002 is 183.6 from a text, a JSON number and a double alike.
[[nodiscard]] std::optional<Money> MoneyFromDouble(double number);

// The correctly rounded double, so that 12.9 held as Money equals the literal 12.9.
double MoneyToDouble(Money money);
// The shortest decimal: "12900", "12.9", "-0.05".
std::string FormatMoney(Money money);

[[nodiscard]] Money AddMoney(Money a, Money b);
[[nodiscard]] Money MultiplyMoney(Money price, int64_t quantity);

}  // namespace cartwheel
