#include "liquid/korean_phone.h"

#include <algorithm>

#include "fmt/format.h"
#include "liquid/text.h"

namespace cartwheel::liquid {
namespace {

// How a number that begins so is written: its prefix, and how many digits follow it. The first row that fits holds.
struct Plan {
  std::string_view begins;
  size_t prefix;
  size_t rest_min, rest_max;
};
constexpr Plan kPlans[] = {
    {"15", 4, 4, 4},  {"16", 4, 4, 4},  {"18", 4, 4, 4},  // numbers of firms, without an area
    {"02", 2, 7, 8},                                      // Seoul
    {"050", 4, 7, 8}, {"030", 4, 7, 8},                   // relayed ones (0507), internet fax (0303)
    {"0", 3, 7, 8},                                       // mobile, areas, 060, 070, 080
};

// The digits as dialled within Korea.
std::string Domestic(std::string_view text) {
  constexpr size_t kAbroadDigitsMin = 10;  // "82-2-123-4567"; no number without a 0 in front is so long
  constexpr std::string_view kCountry = "82", kDialled = "0082";
  std::string digits;
  for (char c : text)
    if (IsDigit(c)) digits += c;
  const bool plus = Strip(text).starts_with('+');
  size_t skipped = 0;
  if (digits.starts_with(kDialled))
    skipped = kDialled.size();
  else if (digits.starts_with(kCountry) && (plus || digits.size() >= kAbroadDigitsMin))
    skipped = kCountry.size();
  if (skipped == 0) return plus ? "" : digits;
  digits.erase(0, skipped);
  const bool of_a_firm = digits.size() == 8 && digits[0] == '1';
  return digits.starts_with('0') || of_a_firm ? digits : "0" + digits;
}

}  // namespace

std::string KoreanPhone(std::string_view text) {
  if (text.find_first_not_of("0123456789+-. ()") != text.npos) return "";
  const std::string digits = Domestic(text);
  for (const Plan& plan : kPlans) {
    if (!digits.starts_with(plan.begins)) continue;
    const size_t rest = digits.size() - std::min(plan.prefix, digits.size());
    if (rest < plan.rest_min || rest > plan.rest_max) return "";
    const std::string middle = digits.substr(plan.prefix, rest - 4), last = digits.substr(digits.size() - 4);
    return middle.empty() ? fmt::format("{}-{}", digits.substr(0, plan.prefix), last)
                          : fmt::format("{}-{}-{}", digits.substr(0, plan.prefix), middle, last);
  }
  return "";
}

}  // namespace cartwheel::liquid
