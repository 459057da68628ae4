// Help for names that do not exist: the nearest one that does, or all of them.
#pragma once

#include <string>
#include <string_view>

#include "absl/types/span.h"

namespace cartwheel {

// How much of a name may be wrong: a third of its letters, or half of them, and one letter in any case.
enum class Nearness { kLikely = 3, kPossible = 2 };

// Returns the name nearest to `wrong` that is near enough to be meant: letters missing, added, changed or swapped, case
// ignored; of several the first. Returns an empty name when there is none.
[[nodiscard]] std::string_view Nearest(std::string_view wrong, absl::Span<const std::string_view> names,
                                       Nearness nearness = Nearness::kLikely);
// Returns `, did you mean "josa"?` or nothing.
[[nodiscard]] std::string DidYouMean(std::string_view wrong, absl::Span<const std::string_view> names);

// Returns the same, or else `, expected one of at, on, when`; nothing when there are no names.
[[nodiscard]] std::string Hint(std::string_view wrong, absl::Span<const std::string_view> names);
// Returns `, expected one of at, on, when`, or `, expected at` of one name.
[[nodiscard]] std::string ExpectedOneOf(absl::Span<const std::string_view> names);

// Returns "cart, customer, event", sorted; with more than kNamesListedMax it ends with "…".
inline constexpr size_t kNamesListedMax = 12;
[[nodiscard]] std::string ListNames(absl::Span<const std::string_view> names);

// Tells whether two words differ by one slip of the hand (a letter missing, added or changed, two swapped), or only in
// case and separators. Stricter than Nearest, for names that may be meant as they are. A digit more is no slip.
[[nodiscard]] bool IsSlip(std::string_view word, std::string_view of);

}  // namespace cartwheel
