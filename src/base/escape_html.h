// A text as HTML shows it.
#pragma once

#include <string>
#include <string_view>

namespace cartwheel {

// Escapes what HTML reads as markup, in a text or in an attribute between double quotes.
std::string EscapeHtml(std::string_view text);

}  // namespace cartwheel
