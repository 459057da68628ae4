// What turns one string of bytes into a later one that is mostly the same: a row before and after an event.
//
// A delta is a sequence of edits: copy so many bytes of the base, leave so many of it out, insert these. It finds bytes
// that were replaced, inserted or left out near to where they differ, not what was moved. WriteDelta and ApplyDelta
// know nothing of what the bytes mean.
#pragma once

#include <string>
#include <string_view>

namespace cartwheel {

// Appends the delta. Cost: linear in what is the same, and at most some hundred comparisons for each difference.
void WriteDelta(std::string_view base, std::string_view target, std::string* out);
// False: these bytes are no delta of `base`.
[[nodiscard]] bool ApplyDelta(std::string_view base, std::string_view delta, std::string* target);

}  // namespace cartwheel
