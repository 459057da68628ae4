#include "formats/amount.h"

#include "base/amount_text.h"
#include "formats/records.h"

namespace cartwheel::formats {

Value ReadAmount(std::string_view text, std::string_view currency, std::string_view locale) {
  Money amount = 0;
  if (ReadAmountText(TrimSpace(text), {currency, locale}, &amount) != AmountText::kRead) return Value();
  return amount % kMoneyScale == 0 ? Value::Int(amount / kMoneyScale) : Value::Decimal(amount);
}

}  // namespace cartwheel::formats
