#include "core/policy/jurisdiction.h"

#include <cstddef>
#include <optional>

#include "core/policy/phone_place.h"
#include "core/policy/zone_clock.h"

namespace cartwheel {
namespace {

constexpr size_t kCodeLetters = 2;

struct PackCountries {
  Pack pack;
  std::string_view countries;  // ISO 3166, a space between
};

constexpr PackCountries kCountriesOfPacks[] = {
    {Pack::kKorea, "KR"},
    {Pack::kUnitedStates, "US AS GU MP PR UM VI"},
    {Pack::kCanada, "CA"},
    // The members of the Union with their parts that ISO 3166 lists apart, then the rest of the European Economic Area.
    {Pack::kEurope,
     "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE AX GF GP MF MQ RE YT IS LI NO"},
};

std::optional<ZoneId> ZoneWithClock(std::string_view name) {
  if (name.empty()) return std::nullopt;
  const std::optional<ZoneId> zone = FindZone(name);
  return zone.has_value() && HasClock(*zone) ? zone : std::nullopt;
}

// What is believed of a recipient before packs are chosen.
struct Whereabouts {
  std::string_view country;
  bool north_america = false;
  StateId state = StateId::kUnknown;
  ZoneSet zones = ZoneSet::kAnywhere;
};

std::string_view CountryOfShop(const ShopFacts& shop) {
  const std::string_view named = FindCountry(shop.country);
  if (!named.empty()) return named;
  const std::optional<ZoneId> zone = FindZone(shop.timezone);
  return zone.has_value() ? CountryOfZone(*zone) : std::string_view();
}

Whereabouts Locate(const RecipientFacts& recipient, const ShopFacts& shop) {
  const std::optional<ZoneId> zone = ZoneWithClock(recipient.timezone);
  std::string_view country = FindCountry(recipient.country);
  if (country.empty() && zone.has_value()) country = CountryOfZone(*zone);
  if (country.empty() && shop.domestic) country = CountryOfShop(shop);
  Whereabouts found{country, false, StateId::kUnknown, ZonesOfCountry(country)};
  if (recipient.medium == ConsentMedium::kSms || recipient.medium == ConsentMedium::kKakao) {
    const PhonePlace place = FindPhonePlace(recipient.address, country);
    if (!place.country.empty() || place.north_america) {
      found = {place.country, place.north_america, place.state, place.zones};
    }
  }
  // "UTC" is rather what a program wrote than where a person lives: it replaces no place that is known.
  const bool is_place = zone.has_value() && !CountryOfZone(*zone).empty();
  if (is_place || (zone.has_value() && found.zones == ZoneSet::kAnywhere)) found.zones = OnlyZone(*zone);
  return found;
}

}  // namespace

PackSet PackOfCountry(std::string_view country) {
  if (country.size() != kCodeLetters) return {};
  for (const PackCountries& row : kCountriesOfPacks) {
    for (size_t at = 0; at < row.countries.size(); at += kCodeLetters + 1) {
      if (row.countries[at] == country[0] && row.countries[at + 1] == country[1]) return PackSet(row.pack);
    }
  }
  return {};
}

Jurisdiction FindJurisdiction(const RecipientFacts& recipient, const ShopFacts& shop) {
  const Whereabouts found = Locate(recipient, shop);
  Jurisdiction jurisdiction;
  jurisdiction.state = found.state;
  jurisdiction.zones = found.zones;
  if (shop.rules.empty()) return jurisdiction;
  PackSet packs = PackOfCountry(found.country);
  if (found.north_america) {
    packs.insert(Pack::kUnitedStates);
    packs.insert(Pack::kCanada);
  }
  jurisdiction.unknown = packs.empty() || !shop.rules.has_all_of(packs);
  jurisdiction.packs = jurisdiction.unknown ? PackSet::All() : packs;
  jurisdiction.seoul = found.country == "KR" || (found.country.empty() && !found.north_america);
  return jurisdiction;
}

}  // namespace cartwheel
