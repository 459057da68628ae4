// Times as texts by a format of Ruby's strftime, with names in the reader's language.
#pragma once

#include <string>
#include <string_view>

#include "absl/time/time.h"

namespace cartwheel::liquid {

inline constexpr int kStrftimeWidthMax = 64;

// %Y %m %d …, with Ruby's flags (- _ 0 ^ # :) and widths, %L and %N with as many digits as the width says. A directive
// that does not exist stays as it is. False: a width is above kStrftimeWidthMax. `locale` chooses the names of days and
// months (day_names.h).
[[nodiscard]] bool FormatStrftime(std::string_view format, absl::Time time, const absl::TimeZone& zone,
                                  std::string_view locale, std::string* out);

}  // namespace cartwheel::liquid
