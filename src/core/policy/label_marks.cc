#include "core/policy/label_marks.h"

#include <utf8proc.h>

#include <algorithm>
#include <iterator>

#include "base/utf8.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

constexpr size_t kWordBeforeMax = 8;  // letters within the brackets before the label's: "(대출광고)"
constexpr size_t kInsideMax = 4;      // characters put between the label's two
constexpr size_t kLooked = 64;        // characters of a text's beginning

// The two characters, and those that are read like them.
constexpr char32_t kFirst[] = {U'광', U'廣', U'広', U'广', U'光'};
constexpr char32_t kSecond[] = {U'고', U'告'};
// Letters to Unicode that cannot be seen.
constexpr char32_t kFillers[] = {0x115F, 0x1160, 0x3164, 0xFFA0};

template <size_t kCount>
bool IsOneOf(char32_t c, const char32_t (&set)[kCount]) {
  return std::find(std::begin(set), std::end(set), c) != std::end(set);
}

enum class Shape { kUnseen, kLetter, kOpening, kClosing, kSymbol };

Shape ShapeOf(char32_t c) {
  if (c == kNotUtf8 || IsOneOf(c, kFillers)) return Shape::kUnseen;
  switch (utf8proc_category(static_cast<utf8proc_int32_t>(c))) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
      return Shape::kLetter;
    case UTF8PROC_CATEGORY_PS:
    case UTF8PROC_CATEGORY_PI:
      return Shape::kOpening;
    case UTF8PROC_CATEGORY_PE:
    case UTF8PROC_CATEGORY_PF:
      return Shape::kClosing;
    case UTF8PROC_CATEGORY_PC:
    case UTF8PROC_CATEGORY_PD:
    case UTF8PROC_CATEGORY_PO:
    case UTF8PROC_CATEGORY_SM:
    case UTF8PROC_CATEGORY_SC:
    case UTF8PROC_CATEGORY_SK:
    case UTF8PROC_CATEGORY_SO:
      return Shape::kSymbol;
    default:  // spaces, marks, controls, what is not assigned
      return Shape::kUnseen;
  }
}

bool IsSyllable(char32_t c) { return (c >= 0xAC00 && c <= 0xD7A3) || (c >= 0x4E00 && c <= 0x9FFF); }

// Reads a text's beginning, one character after the other.
class Head {
 public:
  explicit Head(std::string_view text) : text_(text) {}
  bool at_end() const { return at_ == text_.size() || read_ == kLooked; }
  size_t at() const { return at_; }
  char32_t Next() {
    ++read_;
    return NextCharacter(text_, &at_);
  }

 private:
  std::string_view text_;
  size_t at_ = 0, read_ = 0;
};

}  // namespace

std::string_view FalseLabel(std::string_view text) {
  if (text.starts_with(kAdLabel)) return {};
  Head head(text);
  bool after_symbol = false;
  for (size_t letters = 0;;) {
    if (head.at_end()) return {};
    const char32_t c = head.Next();
    if (IsOneOf(c, kFirst)) break;
    const Shape shape = ShapeOf(c);
    // Words before any bracket, or a bracket that closes again: what follows is not at the start.
    if (shape == Shape::kLetter && (!after_symbol || ++letters > kWordBeforeMax)) return {};
    if (shape == Shape::kClosing && letters != 0) return {};
    after_symbol |= shape != Shape::kLetter && shape != Shape::kUnseen;
  }
  for (size_t inside = 0;; ++inside) {
    if (head.at_end() || inside > kInsideMax) return {};
    const char32_t c = head.Next();
    if (IsOneOf(c, kSecond)) break;
    if (IsSyllable(c)) return {};
  }
  while (!head.at_end()) {
    const Shape shape = ShapeOf(head.Next());
    if (shape == Shape::kUnseen) continue;
    const bool closes = shape == Shape::kClosing || (after_symbol && shape != Shape::kLetter);
    return closes ? text.substr(0, head.at()) : std::string_view();
  }
  return {};
}

std::string FalseLabelProblem(std::string_view text) {
  const std::string_view found = FalseLabel(text);
  if (found.empty()) return "";
  return fmt::format(
      "\"{}\" is no label: it is \"{}\", with half-width parentheses, nothing inside and nothing before it", found,
      kAdLabel);
}

std::string LabelProblem(std::string_view text) {
  if (std::string problem = FalseLabelProblem(text); !problem.empty()) return problem;
  if (text.starts_with(kAdLabel) || text.find(kAdLabel) == text.npos) return "";
  return fmt::format("\"{}\" stands in the text, and not at its start", kAdLabel);
}

}  // namespace cartwheel
