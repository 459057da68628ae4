#include "providers/korean_number.h"

namespace cartwheel {
namespace {

constexpr std::string_view kBetween = " -.()";
constexpr size_t kDigitsMin = 7;   // a local number without its prefix is no address
constexpr size_t kDigitsMax = 15;  // ITU-T E.164, section 6.1
constexpr std::string_view kKorea = "82";

// National numbers of Korea without their prefix "0" have at least eight digits: 2-123-4567 of Seoul has the fewest.
constexpr size_t kNationalMin = 8;

}  // namespace

PhoneNumber ReadPhoneNumber(std::string_view text) {
  PhoneNumber number;
  bool with_code = false;
  for (const char c : text) {
    if (c >= '0' && c <= '9')
      number.digits += c;
    else if (c == '+' && number.digits.empty())
      with_code = true;
    else if (kBetween.find(c) == kBetween.npos)
      return {};
  }
  if (number.digits.starts_with("00")) {
    number.digits.erase(0, 2);
    with_code = true;
  }
  if (number.digits.size() < kDigitsMin || number.digits.size() > kDigitsMax) return {};
  const bool code_of_korea = number.digits.starts_with(kKorea) && number.digits.size() >= kKorea.size() + kNationalMin;
  if (code_of_korea) {
    number.digits.erase(0, kKorea.size());
    if (!number.digits.starts_with('0') && !number.digits.starts_with('1')) number.digits.insert(0, "0");
    // Of 10, 11, 16 … (mobile numbers) the prefix is missing; 1588-0000 and its like have none.
    if (number.digits.starts_with('1') && number.digits.size() > kNationalMin) number.digits.insert(0, "0");
    number.korean = true;
  } else {
    number.korean = !with_code && (number.digits.starts_with('0') ||
                                   (number.digits.starts_with('1') && number.digits.size() == kNationalMin));
  }
  return number;
}

}  // namespace cartwheel
