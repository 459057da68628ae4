#include "liquid/operand.h"

#include <algorithm>

#include "fmt/format.h"
#include "liquid/semantics.h"
#include "liquid/text.h"

namespace cartwheel::liquid {
namespace {

// "12,900", "12abc": the reference counts such a text up to where it stops being a number.
bool IsHalfANumber(const Value& value) {
  if (!IsText(value)) return false;
  std::string_view text = Strip(value.text());
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  const bool begins = !text.empty() && (IsDigit(text[0]) || (text[0] == '.' && text.size() > 1 && IsDigit(text[1])));
  if (!begins) return false;
  const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const std::string_view rest = text.substr(digits);
  return digits == 0 || (!rest.empty() &&
                         (rest[0] != '.' || rest.size() == 1 || rest.find_first_not_of("0123456789", 1) != rest.npos));
}

}  // namespace

Number Operand(Context& context, const Value& value) {
  if (context.options().strict_numbers && IsHalfANumber(value))
    context.Fail(fmt::format("\"{}\" begins like a number and is none", value.text().substr(0, 64)));
  return ToNumber(value);
}

}  // namespace cartwheel::liquid
