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

// What is said of a false label: `"[광고]" is no label: …`. Empty: the text has none.
std::string FalseLabelProblem(std::string_view text);
// The same of a text that is the place of the label; also when the label stands there after the start. Empty when there
// is no label at all.
std::string LabelProblem(std::string_view text);

}  // namespace cartwheel
