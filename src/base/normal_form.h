// Unicode's normal form C: one way of writing texts that mean the same. Names from a Mac come decomposed (각 as three
// letters), which no carrier's encoding has and which counts longer than it is.
#pragma once

#include <string>
#include <string_view>

namespace cartwheel {

// Whether the text is surely in form C: a quick look that never says so of one that is not.
bool IsSurelyComposed(std::string_view text);
// The text in form C; as it is, where it is not UTF-8.
[[nodiscard]] std::string ComposedForm(std::string_view text);

// Whether a text is an address ("https://…" and nothing else). Its bytes name a thing, so it is never brought into
// another form.
bool IsAddress(std::string_view text);

}  // namespace cartwheel
