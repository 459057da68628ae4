// The amount in a value, for the filters that say prices.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "liquid/context.h"
#include "liquid/number.h"

namespace cartwheel::liquid {

// Why a filter could not take a value: an error where missing values are errors; else nil, so that nothing is printed.
Value Unusable(Context& context, std::string_view why);

// A number, or the amount in a text as people write it (base/amount_text.h) in this currency and the locale of the
// options. Empty for anything else; *why is set then.
[[nodiscard]] std::optional<Number> ReadAmount(Context& context, const Value& value, std::string_view currency,
                                               std::string* why);

}  // namespace cartwheel::liquid
