// Amounts in texts, as people write them in the shop's currency and language.
#pragma once

#include <string_view>

#include "base/value.h"
#include "vocabulary/vocabulary.h"

namespace cartwheel::vocabulary {

// An integer where there are no decimals, else a decimal. Absent when it is no amount, or may be two.
Value ReadAmount(std::string_view text, const ShopSettings& shop);

}  // namespace cartwheel::vocabulary
