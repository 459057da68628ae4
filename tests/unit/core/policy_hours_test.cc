// Hours: the law's windows on the clocks of zones, right where clocks change; named cases with instants worked out by
// hand from the time zone database's rules, each rule by its id.
#include <string>
#include <thread>
#include <vector>

#include "base/time.h"
#include "core/policy/hours.h"
#include "core/policy/packs.h"
#include "tests/catch.h"

namespace cartwheel {
namespace {

int64_t Instant(std::string_view text) {
  const std::optional<int64_t> at_ms = ParseInstant(text);
  REQUIRE(at_ms.has_value());
  return *at_ms;
}

ZoneSet Zone(std::string_view name) {
  const std::optional<ZoneId> zone = FindZone(name);
  INFO(name);
  REQUIRE(zone.has_value());
  return OnlyZone(*zone);
}

Jurisdiction InKorea() { return {PackSet(Pack::kKorea), false, true, StateId::kUnknown, ZonesOfCountry("KR")}; }

Jurisdiction InState(std::string_view state, std::string_view zone) {
  return {PackSet(Pack::kUnitedStates), false, false, FindState(state), Zone(zone)};
}

Jurisdiction In(std::string_view zone) { return {PackSet(Pack::kEurope), false, false, StateId::kUnknown, Zone(zone)}; }

// "open to … (KR-04)", "2026-11-22T23:00:00Z to … (KR-04)", "never (US-03)".
std::string Say(const HoursAnswer& answer) {
  const std::string rule = answer.rule.empty() ? "" : " (" + std::string(answer.rule) + ")";
  const std::string closes = answer.closes_ms == kNeverCloses ? "ever" : FormatInstant(answer.closes_ms);
  switch (answer.state) {
    case HoursState::kNever:
      return "never" + rule;
    case HoursState::kOpen:
      return "open to " + closes + rule;
    case HoursState::kClosed:
      return FormatInstant(answer.opens_ms) + " to " + closes + rule;
  }
  return "";
}

std::string Ask(const Jurisdiction& place, ConsentMedium medium, std::string_view at, bool night_consent = false,
                const HoursOverride* shop_hours = nullptr) {
  return Say(AskHours(place, medium, night_consent, Instant(at), shop_hours));
}

constexpr ConsentMedium kSms = ConsentMedium::kSms;
constexpr ConsentMedium kEmail = ConsentMedium::kEmail;
constexpr ConsentMedium kKakao = ConsentMedium::kKakao;
constexpr ConsentMedium kAppPush = ConsentMedium::kAppPush;
constexpr ConsentMedium kWebPush = ConsentMedium::kWebPush;

}  // namespace

TEST_CASE("KR-04: the night needs its own consent, and carriers are handed nothing after 20:50") {
  for (const ConsentMedium medium : {kSms, kAppPush, kWebPush}) {
    INFO(ConsentMediumName(medium));
    // 2026-11-22 21:10 in Seoul.
    CHECK(Ask(InKorea(), medium, "2026-11-22T12:10:00Z") == "2026-11-22T23:00:00Z to 2026-11-23T11:50:00Z (KR-04)");
    CHECK(Ask(InKorea(), medium, "2026-11-22T22:59:59.999Z") == "2026-11-22T23:00:00Z to 2026-11-23T11:50:00Z (KR-04)");
    CHECK(Ask(InKorea(), medium, "2026-11-22T23:00:00Z") == "open to 2026-11-23T11:50:00Z (KR-04)");
    CHECK(Ask(InKorea(), medium, "2026-11-23T11:49:59.999Z") == "open to 2026-11-23T11:50:00Z (KR-04)");
    CHECK(Ask(InKorea(), medium, "2026-11-23T11:50:00Z") == "2026-11-23T23:00:00Z to 2026-11-24T11:50:00Z (KR-04)");
    CHECK(Ask(InKorea(), medium, "2026-11-22T12:10:00Z", true) == "open to ever");
  }
  CHECK(Ask(InKorea(), kEmail, "2026-11-22T12:10:00Z") == "open to ever");
  const HoursAnswer answer = AskHours(InKorea(), kSms, false, Instant("2026-11-23T03:00:00Z"));
  CHECK(FormatInstant(answer.arrive_by_ms) == "2026-11-23T12:00:00Z");
  CHECK(answer.opens_ms == Instant("2026-11-23T03:00:00Z"));
}

TEST_CASE("KR-04: the clock of Seoul and the recipient's both count, where it is known") {
  Jurisdiction abroad = InKorea();
  abroad.zones = Zone("America/New_York");
  // Seoul opens at 08:00, 18:00 in New York, which closes at 21:00, 11:00 in Seoul; ten minutes earlier for carriers.
  CHECK(Ask(abroad, kSms, "2026-11-22T12:10:00Z") == "2026-11-22T23:00:00Z to 2026-11-23T01:50:00Z (KR-04)");
  // In Los Angeles it is 15:00 then.
  abroad.zones = Zone("America/Los_Angeles");
  CHECK(Ask(abroad, kSms, "2026-11-22T12:10:00Z") == "2026-11-22T23:00:00Z to 2026-11-23T04:50:00Z (KR-04)");
  abroad.seoul = false;  // another country's recipient, under the strictest of all packs
  CHECK(Ask(abroad, kSms, "2026-11-22T12:10:00Z") == "2026-11-22T16:00:00Z to 2026-11-23T04:50:00Z (KR-04)");
}

TEST_CASE("KAKAO-01: brand messages leave from 08:00 to 20:50 in Seoul, whatever the consent and the country") {
  for (const bool night_consent : {false, true}) {
    CHECK(Ask(InKorea(), kKakao, "2026-11-22T12:10:00Z", night_consent) ==
          "2026-11-22T23:00:00Z to 2026-11-23T11:50:00Z (" + std::string(night_consent ? "KAKAO-01" : "KR-04") + ")");
  }
  CHECK(Ask(In("Europe/Berlin"), kKakao, "2026-11-22T12:10:00Z") ==
        "2026-11-22T23:00:00Z to 2026-11-23T11:50:00Z (KAKAO-01)");
  CHECK(AskHours(In("Europe/Berlin"), kKakao, false, Instant("2026-11-23T03:00:00Z")).arrive_by_ms ==
        Instant("2026-11-23T11:50:00Z"));
  CHECK(Ask(In("Europe/Berlin"), kSms, "2026-11-22T12:10:00Z") == "open to ever");
}

TEST_CASE("US-02, US-03 and the states: each has its own hours") {
  // 2026-11-20 is a Friday; local times of each day, as the law gives them. Empty: closed that day.
  struct Row {
    std::string_view state, rule, weekday, saturday, sunday;
  };
  const Row rows[] = {
      {"NY", "US-02", "08:00-21:00", "08:00-21:00", "08:00-21:00"},
      {"FL", "US-FL-01", "08:00-20:00", "08:00-20:00", "08:00-20:00"},
      {"MD", "US-MD-01", "08:00-20:00", "08:00-20:00", "08:00-20:00"},
      {"NJ", "US-NJ-01", "08:00-20:00", "08:00-20:00", "08:00-20:00"},
      {"OK", "US-OK-01", "08:00-20:00", "08:00-20:00", "08:00-20:00"},
      {"MA", "US-MA-01", "08:00-20:00", "08:00-20:00", "08:00-20:00"},
      {"CT", "US-CT-01", "09:00-20:00", "09:00-20:00", "09:00-20:00"},
      {"NV", "US-NV-01", "09:00-20:00", "09:00-20:00", "09:00-20:00"},
      {"TX", "US-TX-01", "09:00-21:00", "09:00-21:00", "12:00-21:00"},
      {"RI", "US-RI-01", "09:00-18:00", "10:00-17:00", "10:00-17:00"},
      {"KY", "US-KY-01", "10:00-21:00", "10:00-21:00", "10:00-21:00"},
      {"AL", "US-AL-01", "08:00-21:00", "08:00-21:00", ""},
      {"LA", "US-LA-01", "08:00-21:00", "08:00-21:00", ""},
      {"MS", "US-MS-01", "08:00-20:00", "08:00-20:00", ""},
      {"??", "US-03", "10:00-18:00", "10:00-17:00", ""},
  };
  for (const Row& row : rows) {
    const Jurisdiction place =
        InState(row.state, "Etc/GMT+5");  // a clock that does not change: local time is UTC - 5 h
    const std::pair<std::string_view, std::string_view> days[] = {
        {"2026-11-20", row.weekday}, {"2026-11-21", row.saturday}, {"2026-11-22", row.sunday}};
    for (const auto& [day, hours] : days) {
      INFO(row.state << " " << day);
      const auto local = [&](std::string_view time) {
        return Instant(std::string(day) + "T" + std::string(time) + ":00-05:00");
      };
      if (hours.empty()) {
        CHECK(AskHours(place, kSms, false, local("12:00")).state == HoursState::kClosed);
        CHECK(AskHours(place, kSms, false, local("12:00")).opens_ms > local("23:59"));
        continue;
      }
      const int64_t opens_ms = local(hours.substr(0, 5)), closes_ms = local(hours.substr(6));
      const HoursAnswer before = AskHours(place, kSms, false, local("00:30"));
      CHECK(before == HoursAnswer{HoursState::kClosed, opens_ms, closes_ms, closes_ms, row.rule});
      CHECK(AskHours(place, kSms, false, opens_ms - 1).state == HoursState::kClosed);
      CHECK(AskHours(place, kSms, false, opens_ms).closes_ms == closes_ms);
      CHECK(AskHours(place, kSms, false, closes_ms - 1).state == HoursState::kOpen);
      CHECK(AskHours(place, kSms, false, closes_ms).state == HoursState::kClosed);
      CHECK(AskHours(place, kSms, true, local("00:30")) == before);  // the consent for the night is Korea's
    }
    CHECK(Ask(place, kEmail, "2026-11-22T05:30:00Z") == "open to ever");
    CHECK(Ask(place, kAppPush, "2026-11-22T05:30:00Z") == "open to ever");
  }
}

TEST_CASE("Hours follow the clocks where they change") {
  // New York, 2026: 8 March 02:00 EST -> 03:00 EDT, 1 November 02:00 EDT -> 01:00 EST.
  const Jurisdiction florida = InState("FL", "America/New_York");
  CHECK(Ask(florida, kSms, "2026-03-07T20:00:00Z") == "open to 2026-03-08T01:00:00Z (US-FL-01)");
  CHECK(Ask(florida, kSms, "2026-03-08T01:00:00Z") == "2026-03-08T12:00:00Z to 2026-03-09T00:00:00Z (US-FL-01)");
  CHECK(Ask(florida, kSms, "2026-10-31T20:00:00Z") == "open to 2026-11-01T00:00:00Z (US-FL-01)");
  CHECK(Ask(florida, kSms, "2026-11-01T00:00:00Z") == "2026-11-01T13:00:00Z to 2026-11-02T01:00:00Z (US-FL-01)");
  // Seoul had summer time in 1988, from 8 May 02:00 to 9 October 03:00: ten hours before UTC.
  CHECK(Ask(InKorea(), kSms, "1988-06-30T12:00:00Z") == "1988-06-30T22:00:00Z to 1988-07-01T10:50:00Z (KR-04)");
  CHECK(Ask(InKorea(), kSms, "1988-05-07T11:55:00Z") == "1988-05-07T22:00:00Z to 1988-05-08T10:50:00Z (KR-04)");
  CHECK(Ask(InKorea(), kSms, "1988-10-08T11:00:00Z") == "1988-10-08T23:00:00Z to 1988-10-09T11:50:00Z (KR-04)");
  // Samoa went from UTC-10 to UTC+14 at the end of 29 December 2011, a Thursday: the next day is Saturday the 31st.
  const Jurisdiction apia = InState("RI", "Pacific/Apia");
  CHECK(Ask(apia, kSms, "2011-12-29T20:00:00Z") == "open to 2011-12-30T04:00:00Z (US-RI-01)");
  CHECK(Ask(apia, kSms, "2011-12-30T04:00:00Z") == "2011-12-30T20:00:00Z to 2011-12-31T03:00:00Z (US-RI-01)");
}

TEST_CASE("A shop's hours at the hour at which clocks change") {
  HoursOverride own{At(1, 45), At(6), MediumSet::All()};
  // Lord Howe, 2026: 5 April 02:00 (+11) -> 01:30 (+10:30). 01:45 comes twice, and 01:30 to 01:45 is between.
  CHECK(Ask(In("Australia/Lord_Howe"), kSms, "2026-04-04T12:00:00Z", false, &own) ==
        "2026-04-04T14:45:00Z to 2026-04-04T15:00:00Z (SHOP-01)");
  CHECK(Ask(In("Australia/Lord_Howe"), kSms, "2026-04-04T15:00:00Z", false, &own) ==
        "2026-04-04T15:15:00Z to 2026-04-04T19:30:00Z (SHOP-01)");
  // 4 October 02:00 (+10:30) -> 02:30 (+11): there is no 02:00 that day.
  own = {At(2), At(2, 30), MediumSet::All()};
  CHECK(Ask(In("Australia/Lord_Howe"), kSms, "2026-10-03T00:00:00Z", false, &own) ==
        "2026-10-04T15:00:00Z to 2026-10-04T15:30:00Z (SHOP-01)");
  // Cairo, 24 April 2026: 00:00 (+2) -> 01:00 (+3). The day has no midnight.
  own = {0, At(6), MediumSet::All()};
  CHECK(Ask(In("Africa/Cairo"), kSms, "2026-04-23T20:00:00Z", false, &own) ==
        "2026-04-23T22:00:00Z to 2026-04-24T03:00:00Z (SHOP-01)");
  own = {0, At(0, 30), MediumSet::All()};
  CHECK(Ask(In("Africa/Cairo"), kSms, "2026-04-23T20:00:00Z", false, &own) ==
        "2026-04-24T21:00:00Z to 2026-04-24T21:30:00Z (SHOP-01)");
}

TEST_CASE("SHOP-01: a shop's hours narrow those of the law and never widen them") {
  HoursOverride own;
  own.opens_minute = At(9);
  own.closes_minute = At(20);
  CHECK(Ask(InKorea(), kSms, "2026-11-22T12:10:00Z", false, &own) ==
        "2026-11-23T00:00:00Z to 2026-11-23T11:00:00Z (SHOP-01)");
  CHECK(Ask(InKorea(), kSms, "2026-11-22T12:10:00Z", true, &own) == "open to ever");  // as the hours that it narrows
  CHECK(Ask(InKorea(), kEmail, "2026-11-22T12:10:00Z", false, &own) == "open to ever");
  CHECK(Ask(In("Europe/Berlin"), kAppPush, "2026-11-22T20:00:00Z", true, &own) ==
        "2026-11-23T08:00:00Z to 2026-11-23T19:00:00Z (SHOP-01)");
  own.opens_minute = 0;
  own.closes_minute = kMinutesOfDay;
  CHECK(Ask(InKorea(), kSms, "2026-11-22T12:10:00Z", false, &own) ==
        "2026-11-22T23:00:00Z to 2026-11-23T11:50:00Z (KR-04)");
  own.closes_minute = 0;
  CHECK(Ask(InKorea(), kSms, "2026-11-22T12:10:00Z", false, &own) == "never (SHOP-01)");
}

TEST_CASE("Several zones: only the hours that all of them have") {
  // US-03, 10:00 to 18:00 on weekdays: from 10:00 in Honolulu to 18:00 in New York.
  const Jurisdiction somewhere{PackSet(Pack::kUnitedStates), false, false, StateId::kUnknown, ZonesOfCountry("US")};
  CHECK(Ask(somewhere, kSms, "2026-07-10T00:00:00Z") == "2026-07-10T20:00:00Z to 2026-07-10T22:00:00Z (US-03)");
  // 12 December 2026 is a Saturday, which ends at 17:00 in New York: 12:00 in Honolulu. Nothing on Sunday.
  CHECK(Ask(somewhere, kSms, "2026-12-12T00:00:00Z") == "2026-12-12T20:00:00Z to 2026-12-12T22:00:00Z (US-03)");
  CHECK(Ask(somewhere, kSms, "2026-12-12T22:00:00Z") == "2026-12-14T20:00:00Z to 2026-12-14T23:00:00Z (US-03)");
}

TEST_CASE("No common hours is never, and said so by the rule") {
  const Jurisdiction nowhere{PackSet::All(), true, true, StateId::kUnknown, ZoneSet::kAnywhere};
  CHECK(Ask(nowhere, kWebPush, "2026-11-22T03:00:00Z") == "never (KR-04)");
  CHECK(Ask(nowhere, kEmail, "2026-11-22T03:00:00Z") == "open to ever");
  // From Kaliningrad to Kamchatka it is ten hours; the hours of US-03 are eight.
  const Jurisdiction russia{PackSet::All(), true, false, StateId::kUnknown, ZonesOfCountry("RU")};
  CHECK(Ask(russia, kSms, "2026-11-22T03:00:00Z") == "never (US-03)");
  const HoursOverride own{At(0, 30), At(23, 30), MediumSet::All()};
  CHECK(Ask(russia, kSms, "2026-11-22T03:00:00Z", false, &own) == "never (US-03)");
  CHECK(Ask(russia, kAppPush, "2026-11-22T03:00:00Z") == "2026-11-22T06:00:00Z to 2026-11-22T08:50:00Z (KR-04)");
  CHECK(AskHours(InKorea(), kSms, false, std::numeric_limits<int64_t>::max()).state == HoursState::kNever);
  CHECK(AskHours(InKorea(), kSms, false, std::numeric_limits<int64_t>::min()).state == HoursState::kNever);
}

TEST_CASE("Hours that two zones have in common in summer only are found months ahead") {
  // 11:30 to 20:00 in Seoul and in London: nine hours apart in winter, eight from 28 March 2027 01:00 UTC.
  Jurisdiction place = InKorea();
  place.zones = Zone("Europe/London");
  const HoursOverride own{At(11, 30), At(20), MediumSet::All()};
  CHECK(Ask(place, kSms, "2026-11-30T00:00:00Z", false, &own) ==
        "2027-03-28T10:30:00Z to 2027-03-28T11:00:00Z (SHOP-01)");
}

TEST_CASE("Without a pack there are no hours but the shop's") {
  Jurisdiction place = InKorea();
  place.packs = {};
  for (const ConsentMedium medium : {kSms, kKakao, kAppPush})
    CHECK(Ask(place, medium, "2026-11-22T15:00:00Z") == "open to ever");
}

TEST_CASE("A message that waits for an opening leaves within the spread, before the close") {
  for (uint64_t hash = 0; hash < 5000; hash += 7) {
    const int64_t at_ms = SpreadOpening(1'000, 100'000, 50, hash * 0x9E3779B97F4A7C15u);
    CHECK(at_ms >= 1'000);
    CHECK(at_ms < 1'050);
    CHECK(SpreadOpening(1'000, 1'010, 50, hash) < 1'010);
  }
  CHECK(SpreadOpening(1'000, kNeverCloses, 50, 49) == 1'049);
  CHECK(SpreadOpening(1'000, 2'000, 50, 7) != SpreadOpening(1'000, 2'000, 50, 8));
  CHECK(SpreadOpening(1'000, 1'000, 50, 7) == 1'000);
  CHECK(SpreadOpening(1'000, 900, 50, 7) == 1'000);
  CHECK(SpreadOpening(1'000, 2'000, 0, 7) == 1'000);
  CHECK(SpreadOpening(-5, 2'000, 10, std::numeric_limits<uint64_t>::max()) >= -5);
}

TEST_CASE("What was asked before changes no answer") {
  const Jurisdiction russia{PackSet::All(), true, false, StateId::kUnknown, ZonesOfCountry("RU")};
  const Jurisdiction places[] = {InKorea(), InState("TX", "America/Chicago"), InState("??", "Pacific/Apia"), russia};
  const HoursOverride own{At(8, 30), At(19, 10), MediumSet::All()};
  const auto ask_all = [&](bool backwards) {
    std::vector<HoursAnswer> answers(4000);
    for (size_t i = 0; i < answers.size(); ++i) {
      const size_t k = backwards ? answers.size() - 1 - i : i;
      const int64_t at_ms = Instant("2026-10-20T00:00:00Z") + static_cast<int64_t>(k / 8) * 37 * kMinuteMs;
      answers[k] = AskHours(places[k % 4], k % 8 < 4 ? kSms : kKakao, false, at_ms, &own);
    }
    return answers;
  };
  std::vector<HoursAnswer> forwards, backwards;
  std::thread one([&] { forwards = ask_all(false); });
  std::thread other([&] { backwards = ask_all(true); });
  one.join();
  other.join();
  CHECK(forwards == backwards);
}

}  // namespace cartwheel
