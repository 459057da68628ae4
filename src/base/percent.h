// Percent encoding of texts in addresses (RFC 3986).
#pragma once

#include <string>
#include <string_view>

namespace cartwheel {

// Everything but letters, digits and -._~ becomes %XX; `space` is what a space becomes: "%20", or "+" in a form's
// query.
[[nodiscard]] std::string PercentEncode(std::string_view text, std::string_view space = "%20");
// A + is a space. A % that no two hexadecimal digits follow stays as it is, and *whole (when it is given) becomes
// false.
[[nodiscard]] std::string PercentDecode(std::string_view text, bool* whole = nullptr);

}  // namespace cartwheel
