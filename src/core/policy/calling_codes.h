// The calling codes of countries (ITU-T E.164), without +1, whose area codes tell the country (area_codes.h). Data.
#pragma once

#include <string_view>

#include "absl/types/span.h"

namespace cartwheel {

struct CallingCode {
  std::string_view digits;     // at most three
  std::string_view countries;  // ISO 3166, a space between: the first is the country, the zones are those of all
};

// A longer row wins over a shorter one.
[[nodiscard]] absl::Span<const CallingCode> CallingCodeTable();

}  // namespace cartwheel
