// Whose law a recipient is under, by what tells it: the phone number, attributes, the shop; and the tables of numbering
// plans and zones by themselves.
#include <map>
#include <set>
#include <string>

#include "core/policy/area_codes.h"
#include "core/policy/calling_codes.h"
#include "core/policy/jurisdiction.h"
#include "core/policy/phone_place.h"
#include "core/policy/zone_clock.h"
#include "core/policy/zone_table.h"
#include "tests/catch.h"

namespace cartwheel {
namespace {

PackSet Named(std::initializer_list<Pack> packs) {
  PackSet set;
  for (const Pack pack : packs) set.insert(pack);
  return set;
}

const PackSet kAllNamed = PackSet::All();

// "KR", "US FL", "unknown", "US+CA", "none"; and whether Seoul's clock counts.
std::string Say(const Jurisdiction& place) {
  std::string said;
  if (place.unknown) {
    CHECK(place.packs == PackSet::All());
    said = "unknown";
  } else {
    for (size_t i = 0; i < kPackCount; ++i) {
      if (!place.packs.has(static_cast<Pack>(i))) continue;
      said += (said.empty() ? "" : "+") + std::string(kPackNames[i]);
    }
    if (said.empty()) said = "none";
  }
  if (place.state != StateId::kUnknown) said += " " + std::string(StateCode(place.state));
  return said + (place.seoul ? " seoul" : "");
}

std::string ZonesOf(ZoneSet set) {
  std::string zones;
  for (const ZoneId zone : ListZones(set)) zones += (zones.empty() ? "" : " ") + std::string(ZoneName(zone));
  return set == ZoneSet::kAnywhere ? "anywhere" : zones;
}

constexpr ConsentMedium kSms = ConsentMedium::kSms;
constexpr ConsentMedium kEmail = ConsentMedium::kEmail;
constexpr ConsentMedium kKakao = ConsentMedium::kKakao;
constexpr ConsentMedium kWebPush = ConsentMedium::kWebPush;

}  // namespace

TEST_CASE("A phone number tells the country, and in North America the state") {
  struct Row {
    std::string_view number, place, zones;
  };
  const Row rows[] = {
      {"+821012345678", "KR seoul", "Asia/Seoul"},
      {"+82 10-1234-5678", "KR seoul", "Asia/Seoul"},
      {"00821012345678", "KR seoul", "Asia/Seoul"},
      {"821012345678", "KR seoul", "Asia/Seoul"},
      {"010-1234-5678", "KR seoul", "Asia/Seoul"},
      {"01012345678", "KR seoul", "Asia/Seoul"},
      {"011-234-5678", "KR seoul", "Asia/Seoul"},
      {"+1 212 555 0100", "US NY", "America/New_York"},
      {"+1 (305) 555-0100", "US FL", "America/New_York"},
      {"+1.850.555.0100", "US FL", "America/New_York America/Chicago"},
      {"+1 915 555 0100", "US TX", "America/Chicago America/Denver"},
      {"+1 808 555 0100", "US HI", "Pacific/Honolulu"},
      {"+1 787 555 0100", "US PR", "America/Puerto_Rico"},
      {"+1 671 555 0100", "US GU", "Pacific/Guam"},
      {"+1 416 555 0100", "CA", "America/Toronto"},
      {"+1 604 555 0100", "CA", "America/Vancouver"},
      {"+1 242 555 0100", "unknown", "America/Nassau"},
      {"+49 30 123456", "EU", "Europe/Berlin Europe/Busingen"},
      {"+33 6 12 34 56 78", "EU", "Europe/Paris"},
      {"+353 85 012 3456", "EU", "Europe/Dublin"},
      {"+47 41 23 45 67", "EU", "Europe/Oslo"},
      {"+44 7400 123456", "unknown", "Europe/London"},
      {"+81 90 1234 5678", "unknown", "Asia/Tokyo"},
      {"+7 701 234 5678", "unknown",
       "Asia/Almaty Asia/Qyzylorda Asia/Qostanay Asia/Aqtobe Asia/Aqtau Asia/Atyrau Asia/Oral"},
      {"+262 692 12 34 56", "EU", "Indian/Reunion Indian/Mayotte"},
      // No number: nothing is known.
      {"", "unknown seoul", "anywhere"},
      {"kim@shop.test", "unknown seoul", "anywhere"},
      {"+999 12345", "unknown seoul", "anywhere"},
      {"+8", "unknown seoul", "anywhere"},
      {"2125550100", "unknown seoul", "anywhere"},
      {"+8210123456789012", "unknown seoul", "anywhere"},
      {"+82101234567890123456", "unknown seoul", "anywhere"},
      {"010-1234-567x", "unknown seoul", "anywhere"},
  };
  for (const Row& row : rows) {
    INFO(row.number);
    const Jurisdiction place = FindJurisdiction({kSms, row.number, "", ""}, {kAllNamed, false, "", ""});
    CHECK(Say(place) == row.place);
    CHECK(ZonesOf(place.zones) == row.zones);
    CHECK(FindJurisdiction({kKakao, row.number, "", ""}, {kAllNamed, false, "", ""}) == place);
  }
}

TEST_CASE("A number of +1 without a place is under the strictest of the United States and Canada") {
  for (const std::string_view number : {"+1 800 555 0100", "+1 888 555 0100", "+1 900 555 0100", "+1 555 555 0100",
                                        "+1 211 555 0100", "+1 212 555 01", "+1 212 555 01000"}) {
    INFO(number);
    const Jurisdiction place = FindJurisdiction({kSms, number, "", ""}, {kAllNamed, false, "", ""});
    CHECK(Say(place) == "US+CA");
    CHECK(place.zones == ZonesOfNorthAmerica());
    // It may be Canadian, whose pack is not named.
    CHECK(Say(FindJurisdiction({kSms, number, "", ""}, {PackSet(Pack::kUnitedStates), false, "", ""})) == "unknown");
  }
}

TEST_CASE("A number without a calling code is read by the plan of a country that is known otherwise") {
  const ShopFacts shop{kAllNamed, true, "US", ""};
  CHECK(Say(FindJurisdiction({kSms, "(212) 555-0100", "", ""}, shop)) == "US NY");
  CHECK(Say(FindJurisdiction({kSms, "1-212-555-0100", "", ""}, shop)) == "US NY");
  CHECK(Say(FindJurisdiction({kSms, "416 555 0100", "us", ""}, {kAllNamed, false, "", ""})) == "CA");
  CHECK(Say(FindJurisdiction({kSms, "212 555 0100", "KR", ""}, {kAllNamed, false, "", ""})) == "KR seoul");
}

TEST_CASE("Of facts that disagree the address wins, then the country, then the zone, then the shop") {
  const ShopFacts shop{kAllNamed, true, "KR", "Asia/Seoul"};
  CHECK(Say(FindJurisdiction({kSms, "+1 212 555 0100", "DE", "Asia/Tokyo"}, shop)) == "US NY");
  CHECK(Say(FindJurisdiction({kSms, "", "DE", "Asia/Tokyo"}, shop)) == "EU");
  CHECK(Say(FindJurisdiction({kSms, "", "", "Asia/Tokyo"}, shop)) == "unknown");
  CHECK(Say(FindJurisdiction({kSms, "", "", "America/Toronto"}, shop)) == "CA");
  CHECK(Say(FindJurisdiction({kSms, "", "", "US/Pacific"}, shop)) == "US");
  CHECK(Say(FindJurisdiction({kSms, "", "", "UTC"}, shop)) == "KR seoul");
  CHECK(Say(FindJurisdiction({kSms, "", "", ""}, shop)) == "KR seoul");
  CHECK(Say(FindJurisdiction({kSms, "", "zz", "Mars/Olympus"}, shop)) == "KR seoul");
  CHECK(Say(FindJurisdiction({kSms, "", "", ""}, {kAllNamed, true, "", "Europe/Paris"})) == "EU");
  CHECK(Say(FindJurisdiction({kSms, "", "", ""}, {kAllNamed, true, "", ""})) == "unknown seoul");
  CHECK(Say(FindJurisdiction({kSms, "", "", ""}, {kAllNamed, false, "KR", "Asia/Seoul"})) == "unknown seoul");
  CHECK(Say(FindJurisdiction({kSms, "", "", "UTC"}, {kAllNamed, false, "KR", "Asia/Seoul"})) == "unknown seoul");
  CHECK(Say(FindJurisdiction({kSms, "", "kr", ""}, {kAllNamed, false, "", ""})) == "KR seoul");
}

TEST_CASE("A mail address tells no country, and no other address that is not a phone number") {
  const ShopFacts shop{kAllNamed, false, "", ""};
  CHECK(Say(FindJurisdiction({kEmail, "kim@shop.co.kr", "", ""}, shop)) == "unknown seoul");
  CHECK(Say(FindJurisdiction({kWebPush, "01012345678", "", ""}, shop)) == "unknown seoul");
  CHECK(Say(FindJurisdiction({kWebPush, "https://push.test/x", "FR", ""}, shop)) == "EU");
}

TEST_CASE("The attribute `timezone` replaces the zones of the address; one that is none, or no place, does not") {
  const ShopFacts shop{kAllNamed, false, "", ""};
  CHECK(ZonesOf(FindJurisdiction({kSms, "+1 212 555 0100", "", "America/Los_Angeles"}, shop).zones) ==
        "America/Los_Angeles");
  CHECK(ZonesOf(FindJurisdiction({kSms, "+821012345678", "", "Europe/London"}, shop).zones) == "Europe/London");
  CHECK(ZonesOf(FindJurisdiction({kWebPush, "", "", "Etc/GMT+5"}, shop).zones) == "Etc/GMT+5");
  for (const std::string_view zone : {"", "UTC", "Etc/GMT+8", "Mars/Olympus", "/etc/passwd", "../../etc/passwd",
                                      "asia/seoul", "localtime", "posix/Asia/Tokyo", "Fixed/UTC+09:00:00"}) {
    INFO(zone);
    CHECK(ZonesOf(FindJurisdiction({kSms, "+1 212 555 0100", "", zone}, shop).zones) == "America/New_York");
  }
}

TEST_CASE("Only packs that the playbook names exist; any other country is under the strictest of all") {
  const ShopFacts korean{PackSet(Pack::kKorea), false, "", ""};
  CHECK(Say(FindJurisdiction({kSms, "+821012345678", "", ""}, korean)) == "KR seoul");
  CHECK(Say(FindJurisdiction({kSms, "+1 212 555 0100", "", ""}, korean)) == "unknown NY");
  CHECK(Say(FindJurisdiction({kSms, "+49 30 123456", "", ""}, korean)) == "unknown");
  const ShopFacts american{Named({Pack::kUnitedStates, Pack::kCanada}), false, "", ""};
  CHECK(Say(FindJurisdiction({kSms, "+821012345678", "", ""}, american)) == "unknown seoul");
  CHECK(Say(FindJurisdiction({kSms, "+1 800 555 0100", "", ""}, american)) == "US+CA");
  const ShopFacts none{{}, true, "KR", ""};
  CHECK(Say(FindJurisdiction({kSms, "+821012345678", "", ""}, none)) == "none");
}

TEST_CASE("The tables of numbering plans hold each code once, with countries, states and zones that exist") {
  std::set<std::string_view> seen;
  for (const AreaCodes& row : AreaCodeTable()) {
    INFO(row.country << " " << row.state);
    CHECK(FindCountry(row.country) == row.country);
    if (PackOfCountry(row.country) == PackSet(Pack::kUnitedStates)) CHECK(FindState(row.state) != StateId::kUnknown);
    for (std::string_view codes = row.codes; !codes.empty(); codes.remove_prefix(std::min<size_t>(4, codes.size()))) {
      INFO(codes.substr(0, 3));
      CHECK(codes.find_first_not_of("0123456789") >= 3);
      CHECK(codes[0] >= '2');  // as the plan numbers them
      CHECK(codes.substr(1, 2) != "11");
      CHECK(codes[1] != '9');
      CHECK(seen.insert(codes.substr(0, 3)).second);
    }
  }
  CHECK(seen.size() > 400);
  seen.clear();
  for (const CallingCode& row : CallingCodeTable()) {
    INFO(row.digits);
    CHECK(seen.insert(row.digits).second);
    CHECK(row.digits.size() <= 3);
    CHECK(FindCountry(row.countries.substr(0, 2)) == row.countries.substr(0, 2));
  }
}

TEST_CASE("Every zone has one row, and those of the packs' countries have a clock on this machine") {
  std::map<std::string_view, std::string_view> countries;
  for (size_t i = 0; i < ZoneCount(); ++i) {
    const auto zone = static_cast<ZoneId>(i);
    INFO(ZoneName(zone));
    CHECK(countries.emplace(ZoneName(zone), CountryOfZone(zone)).second);
    CHECK(FindZone(ZoneName(zone)) == zone);
    CHECK(ListZones(OnlyZone(zone)).size() == 1);
    if (!PackOfCountry(CountryOfZone(zone)).empty()) CHECK(HasClock(zone));
  }
  CHECK(countries.size() > 590);
  CHECK(countries["Asia/Seoul"] == "KR");
  CHECK(countries["ROK"] == "KR");
  CHECK(countries["America/Toronto"] == "CA");
  CHECK(countries["Etc/GMT+5"] == "");
  for (const CountryZones& row : ZonesByCountry()) CHECK(ZonesOf(ZonesOfCountry(row.country)) == row.zones);
}

}  // namespace cartwheel
