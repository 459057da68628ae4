// Time zones of recipients: the names of the IANA database as numbers, and which zones a country, an area code or a
// calling code has. A name that is not in the tables (zone_table.h) is no zone: names come from customers' attributes,
// and the database would open files by them and remember each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/types/span.h"

namespace cartwheel {

// A zone, by its place in the table. The number may differ between versions of the library: it is never stored.
enum class ZoneId : uint16_t {};

// A set of zones, by its place in the table of sets. kAnywhere: no zone is ruled out. Never stored either.
enum class ZoneSet : uint16_t { kAnywhere = 0 };

// Returns the zone of a name, written as the database writes it; empty for a name that is not in the table.
[[nodiscard]] std::optional<ZoneId> FindZone(std::string_view name);
[[nodiscard]] size_t ZoneCount();
[[nodiscard]] std::string_view ZoneName(ZoneId zone);

// Returns the country (ISO 3166, two letters) of a zone; empty where it has none ("UTC", "Etc/GMT+5").
[[nodiscard]] std::string_view CountryOfZone(ZoneId zone);

// Returns the code of a country of the table as the table writes it, in any case; empty for anything else. The view
// lives as long as the program.
[[nodiscard]] std::string_view FindCountry(std::string_view code);

[[nodiscard]] ZoneSet OnlyZone(ZoneId zone);
// Returns the set of a country's zones; kAnywhere for a country that is not in the table.
[[nodiscard]] ZoneSet ZonesOfCountry(std::string_view country);
[[nodiscard]] ZoneSet ZonesOfAreaCodes(size_t row);    // of AreaCodeTable()
[[nodiscard]] ZoneSet ZonesOfCallingCode(size_t row);  // of CallingCodeTable()
// Returns the zones of +1 where the area code tells no place: those of the United States and Canada.
[[nodiscard]] ZoneSet ZonesOfNorthAmerica();

// Returns the zones of a set; none of kAnywhere, which no list can hold.
[[nodiscard]] absl::Span<const ZoneId> ListZones(ZoneSet set);

}  // namespace cartwheel
