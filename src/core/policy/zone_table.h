// Which time zones each country has, as the IANA time zone database says (zone.tab and its links, 2025b): data.
#pragma once

#include <string_view>

#include "absl/types/span.h"

namespace cartwheel {

struct CountryZones {
  std::string_view country;  // ISO 3166, two letters; empty: zones of no country
  std::string_view zones;    // names, a space between
};

// The zones that people of a country live by, in the order of the countries.
[[nodiscard]] absl::Span<const CountryZones> ZonesByCountry();
// Other names of the same zones, and zones of no country.
[[nodiscard]] absl::Span<const CountryZones> OtherZoneNames();

}  // namespace cartwheel
