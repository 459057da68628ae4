// The escapes of JSON's texts.
#pragma once

#include <string>
#include <string_view>

namespace cartwheel::formats {

// Appends what stands between the quotes of a text, without its escapes. False for an escape that JSON does not know
// and for half a surrogate. It never becomes longer.
[[nodiscard]] bool UnescapeJson(std::string_view inside, std::string* out);

}  // namespace cartwheel::formats
