#include "core/policy/zones.h"

#include <algorithm>
#include <array>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "core/policy/area_codes.h"
#include "core/policy/calling_codes.h"
#include "core/policy/zone_table.h"

namespace cartwheel {
namespace {

constexpr size_t kLetters = 26;

struct Zone {
  std::string_view name;
  std::string_view country;
};

// The tables as they are looked up in. Of `sets`: kAnywhere, then each zone alone, then the rest.
struct Tables {
  std::vector<Zone> zones;
  absl::flat_hash_map<std::string_view, ZoneId> by_name;
  std::vector<std::vector<ZoneId>> sets;
  std::array<uint16_t, kLetters * kLetters> country_rows{};  // place in ZonesByCountry() plus 1; 0: no such country
  size_t first_country = 0;                                  // places in `sets`
  size_t first_area_codes = 0;
  size_t first_calling_code = 0;
  size_t north_america = 0;
};

// Returns the place of a country's code in Tables::country_rows; beyond its end for what is no code.
size_t PlaceOfCode(std::string_view code) {
  if (code.size() != 2 || !absl::ascii_isalpha(code[0]) || !absl::ascii_isalpha(code[1])) return kLetters * kLetters;
  return static_cast<size_t>(absl::ascii_toupper(code[0]) - 'A') * kLetters +
         static_cast<size_t>(absl::ascii_toupper(code[1]) - 'A');
}

std::vector<std::string_view> Words(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const size_t end = std::min(text.find(' '), text.size());
    if (end > 0) words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

void AddNames(absl::Span<const CountryZones> rows, Tables* tables) {
  for (const CountryZones& row : rows) {
    for (const std::string_view name : Words(row.zones)) {
      tables->by_name.emplace(name, static_cast<ZoneId>(tables->zones.size()));
      tables->zones.push_back({name, row.country});
    }
  }
}

std::vector<ZoneId> ZonesNamed(std::string_view names, const Tables& tables) {
  std::vector<ZoneId> zones;
  for (const std::string_view name : Words(names)) zones.push_back(tables.by_name.at(name));
  return zones;
}

std::vector<ZoneId> ZonesOfCountries(std::string_view countries, const Tables& tables) {
  std::vector<ZoneId> zones;
  for (const std::string_view country : Words(countries)) {
    const size_t row = tables.country_rows[PlaceOfCode(country)] - size_t{1};
    const std::vector<ZoneId>& own = tables.sets[tables.first_country + row];
    zones.insert(zones.end(), own.begin(), own.end());
  }
  return zones;
}

Tables BuildTables() {
  Tables tables;
  AddNames(ZonesByCountry(), &tables);
  AddNames(OtherZoneNames(), &tables);

  tables.sets.emplace_back();
  for (size_t i = 0; i < tables.zones.size(); ++i) tables.sets.push_back({static_cast<ZoneId>(i)});

  tables.first_country = tables.sets.size();
  for (size_t row = 0; row < ZonesByCountry().size(); ++row) {
    tables.country_rows[PlaceOfCode(ZonesByCountry()[row].country)] = static_cast<uint16_t>(row + 1);
    tables.sets.push_back(ZonesNamed(ZonesByCountry()[row].zones, tables));
  }
  tables.first_area_codes = tables.sets.size();
  for (const AreaCodes& row : AreaCodeTable()) tables.sets.push_back(ZonesNamed(row.zones, tables));
  tables.first_calling_code = tables.sets.size();
  for (const CallingCode& row : CallingCodeTable()) tables.sets.push_back(ZonesOfCountries(row.countries, tables));
  tables.north_america = tables.sets.size();
  tables.sets.push_back(ZonesOfCountries("US CA", tables));
  return tables;
}

const Tables& GetTables() {
  static const Tables* const tables = new Tables(BuildTables());  // lives as long as the program
  return *tables;
}

// Returns the row of a country in ZonesByCountry() plus 1; 0: no such country.
size_t CountryRow(std::string_view code) {
  const size_t place = PlaceOfCode(code);
  const Tables& tables = GetTables();
  return place < tables.country_rows.size() ? tables.country_rows[place] : 0;
}

}  // namespace

std::optional<ZoneId> FindZone(std::string_view name) {
  const Tables& tables = GetTables();
  const auto found = tables.by_name.find(name);
  if (found == tables.by_name.end()) return std::nullopt;
  return found->second;
}

size_t ZoneCount() { return GetTables().zones.size(); }

std::string_view ZoneName(ZoneId zone) { return GetTables().zones[static_cast<size_t>(zone)].name; }

std::string_view CountryOfZone(ZoneId zone) { return GetTables().zones[static_cast<size_t>(zone)].country; }

std::string_view FindCountry(std::string_view code) {
  const size_t row = CountryRow(code);
  return row == 0 ? std::string_view() : ZonesByCountry()[row - 1].country;
}

ZoneSet OnlyZone(ZoneId zone) { return static_cast<ZoneSet>(static_cast<size_t>(zone) + 1); }

ZoneSet ZonesOfCountry(std::string_view country) {
  const size_t row = CountryRow(country);
  return row == 0 ? ZoneSet::kAnywhere : static_cast<ZoneSet>(GetTables().first_country + row - 1);
}

ZoneSet ZonesOfAreaCodes(size_t row) { return static_cast<ZoneSet>(GetTables().first_area_codes + row); }

ZoneSet ZonesOfCallingCode(size_t row) { return static_cast<ZoneSet>(GetTables().first_calling_code + row); }

ZoneSet ZonesOfNorthAmerica() { return static_cast<ZoneSet>(GetTables().north_america); }

absl::Span<const ZoneId> ListZones(ZoneSet set) { return GetTables().sets[static_cast<size_t>(set)]; }

}  // namespace cartwheel
