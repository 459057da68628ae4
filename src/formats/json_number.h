// Exact numbers from their texts.
#pragma once

#include <optional>
#include <string_view>

#include "base/value.h"

namespace cartwheel::formats {

// A number as JSON writes it, exactly: kInt, kUint beyond it, kDecimal when it has at most kMoneyDigits decimals,
// kDouble otherwise. False: the text is none, or one that no double can hold.
bool ReadJsonNumber(std::string_view token, Value* number);
// The same from a text such as "12900" or "12.50"; empty when it is not a finite number.
std::optional<Value> NumberFromText(std::string_view text);

}  // namespace cartwheel::formats
