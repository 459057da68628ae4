// The label that Korean law puts before an advertisement: "(광고)", six bytes of EUC-KR, the first characters of the
// text. What looks like it and is not (other brackets, something inside, something before it) is worse than none: it
// defeats the filters of those who read labels, so it is found and refused, never completed.
#pragma once

#include <string>
#include <string_view>

namespace cartwheel {

inline constexpr std::string_view kAdLabel = "(광고)";

// The beginning of a text that looks like the label and is not exactly it: "[광고]", "(광 고)", "（광고）", " (광고)",
// "(대출광고)". Empty: there is none. The text is in Unicode's form C.
std::string_view FalseLabel(std::string_view text);

// What is said of it: `"[광고]" is no label: …`.
std::string FalseLabelProblem(std::string_view found);

}  // namespace cartwheel
