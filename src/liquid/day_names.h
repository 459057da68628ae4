// What days, months and halves of a day are called, for `date`, after CLDR (the forms that stand beside a day's
// number).
#pragma once

#include <string_view>

namespace cartwheel::liquid {

// Names separated by a bar: of days from Sunday on, of months from January on, of the halves before and after noon.
struct DayNames {
  std::string_view locale;  // "ko", "zh-hant"
  std::string_view days, short_days, months, short_months, halves;
};

// Of "ko-KR" those of ko; English where the language is not in the table.
const DayNames& DayNamesOf(std::string_view locale);
// The name at a place, from 0.
std::string_view NameAt(std::string_view names, int place);

}  // namespace cartwheel::liquid
