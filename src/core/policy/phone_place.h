// Where a phone number is from, by the public numbering plans: "+82 10-1234-5678", "0082…", "010-1234-5678",
// "+1 (212) 555-0100". A number without its calling code is read only as a mobile number of Korea, or by the plan of a
// country that is known otherwise.
#pragma once

#include <string_view>

#include "core/policy/us_states.h"
#include "core/policy/zones.h"

namespace cartwheel {

struct PhonePlace {
  std::string_view country;    // ISO 3166; empty: not known
  bool north_america = false;  // +1 with an area code that tells no place: the United States or Canada
  StateId state = StateId::kUnknown;
  ZoneSet zones = ZoneSet::kAnywhere;
};

// Finds the place of a number. `home` (two letters, or empty) is the country whose plan a number without a calling code
// is read by.
[[nodiscard]] PhonePlace FindPhonePlace(std::string_view number, std::string_view home);

}  // namespace cartwheel
