// Addresses of people in what is printed: logs, errors, health. A telephone number or an e-mail address is never shown
// whole there.
#pragma once

#include <string>
#include <string_view>

namespace cartwheel {

// Returns the first and the last two characters: "01…78". A text of fewer than seven keeps none.
[[nodiscard]] std::string Mask(std::string_view text);
// Masks each word of a text that looks like an e-mail address, or like a telephone number with its trunk or country
// prefix. Other numbers stay.
[[nodiscard]] std::string MaskAddresses(std::string_view text);

}  // namespace cartwheel
