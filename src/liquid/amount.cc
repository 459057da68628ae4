#include "liquid/amount.h"

#include <cmath>

#include "base/amount_text.h"
#include "fmt/format.h"
#include "liquid/semantics.h"

namespace cartwheel::liquid {

Value Unusable(Context& context, std::string_view why) {
  return context.options().missing == Missing::kError ? context.Fail(why) : Value();
}

std::optional<Number> ReadAmount(Context& context, const Value& value, std::string_view currency, std::string* why) {
  if (IsNumber(value)) {
    const Number number = ToNumber(value);
    if (number.exact || std::isfinite(number.real)) return number;
    *why = "expected an amount, found a number without bounds";
    return std::nullopt;
  }
  if (!IsText(value)) {
    *why = fmt::format("expected an amount, found a {}", KindName(value.kind()));
    return std::nullopt;
  }
  Money amount = 0;
  switch (ReadAmountText(value.text(), {currency, context.options().locale}, &amount)) {
    case AmountText::kRead:
      return ToNumber(Value::Decimal(amount));
    case AmountText::kAmbiguous:
      *why = fmt::format("\"{}\" may be two amounts: whether its comma or point groups thousands is not known",
                         value.text());
      return std::nullopt;
    case AmountText::kNotAnAmount:
      break;
  }
  *why = fmt::format("\"{}\" is no amount{}{}", value.text().substr(0, 64), currency.empty() ? "" : " of ", currency);
  return std::nullopt;
}

}  // namespace cartwheel::liquid
