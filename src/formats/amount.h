// Amounts in texts, as people write them in a currency and a language.
#pragma once

#include <string_view>

#include "base/value.h"

namespace cartwheel::formats {

// An integer where there are no decimals, else a decimal. Absent when it is no amount, or may be two.
Value ReadAmount(std::string_view text, std::string_view currency, std::string_view locale);

}  // namespace cartwheel::formats
