// Time zones of recipients: the names of the IANA database as numbers, which zones a country has, and what a zone's
// clock shows. A name that is not in the table here is no zone: names come from customers' attributes, and the
// database would open files by them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/types/span.h"

namespace cartwheel {

// A zone, by its place in the table. The number may differ between versions of the library: it is never stored.
enum class ZoneId : uint16_t {};

// A set of zones, by its place in the table of sets: one zone, the zones of a country, the zones of an area code,
// anywhere. Never stored either.
enum class ZoneSet : uint16_t { kAnywhere = 0 };

// Returns a zone of that name. Empty for a name that is not in the table and for one that this machine's database
// lacks.
[[nodiscard]] std::optional<ZoneId> FindZone(std::string_view name);
[[nodiscard]] std::string_view ZoneName(ZoneId zone);

// Returns the country (ISO 3166, two letters) of a zone; empty where it has none ("UTC", "Etc/GMT+5").
[[nodiscard]] std::string_view CountryOfZone(ZoneId zone);

[[nodiscard]] ZoneSet OnlyZone(ZoneId zone);
// Returns the set of a country's zones; kAnywhere for a country that is not in the table.
[[nodiscard]] ZoneSet ZonesOfCountry(std::string_view country);
// Returns the zones of a set; none of kAnywhere, which no list can hold.
[[nodiscard]] absl::Span<const ZoneId> ListZones(ZoneSet set);

}  // namespace cartwheel
