// Telephone numbers as Koreans write them.
#pragma once

#include <string>
#include <string_view>

namespace cartwheel::liquid {

// "010-1234-5678" of a Korean number in any way of writing it ("01012345678", "+82 10-1234-5678", "82-2-123-4567"):
// mobile numbers, area codes, 050x and 030x (four digits, then three or four), 060, 070, 080, and the eight digits of
// 15xx, 16xx, 18xx. Empty for anything else.
std::string KoreanPhone(std::string_view text);

}  // namespace cartwheel::liquid
