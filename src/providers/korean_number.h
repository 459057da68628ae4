// Telephone numbers as Korean providers write them.
#pragma once

#include <string>
#include <string_view>

namespace cartwheel {

struct PhoneNumber {
  std::string digits;  // Korean: with the national prefix, "01012345678"; else with the calling code, "12025550100"
  bool korean = false;
};

// Reads "010-1234-5678", "+82 10 1234 5678", "821012345678", "1588-0000", "+1 202 555 0100". No digits: it is no
// number.
PhoneNumber ReadPhoneNumber(std::string_view text);

}  // namespace cartwheel
