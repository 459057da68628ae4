// Hours against an oracle that walks minute by minute and asks the time zone database what each clock shows: random
// zones, packs, media and instants, half of them where a clock changes.
#include <algorithm>
#include <optional>
#include <random>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "base/time.h"
#include "core/policy/hours.h"
#include "core/policy/packs.h"
#include "tests/catch.h"

namespace cartwheel {
namespace {

// Hours as the oracle knows them: by a local weekday (0: Monday) and minute of the day, on some clocks.
struct Bound {
  std::vector<absl::TimeZone> clocks;
  int opens[7], closes[7];
  int cut_off = 0;  // minutes
};

absl::TimeZone Load(std::string_view name) {
  absl::TimeZone zone;
  INFO(name);
  REQUIRE(absl::LoadTimeZone(std::string(name), &zone));
  return zone;
}

void Fill(Bound* bound, int opens, int closes) {
  std::fill_n(bound->opens, 7, opens);
  std::fill_n(bound->closes, 7, closes);
}

struct Case {
  Jurisdiction place;
  ConsentMedium medium = ConsentMedium::kSms;
  bool night_consent = false;
  std::optional<HoursOverride> own;
  std::vector<absl::TimeZone> zones;
};

// The bounds of a case, by the words of the law; states: Texas, Rhode Island, or not known.
std::vector<Bound> BoundsOf(const Case& c) {
  std::vector<Bound> bounds;
  const absl::TimeZone seoul = Load("Asia/Seoul");
  std::vector<absl::TimeZone> both = c.zones;
  if (c.place.seoul) both.push_back(seoul);
  if (c.place.packs.has(Pack::kKorea) && c.medium != ConsentMedium::kEmail && !c.night_consent) {
    Bound night{both, {}, {}, 10};
    Fill(&night, 8 * 60, 21 * 60);
    bounds.push_back(night);
  }
  if (c.medium == ConsentMedium::kKakao && !c.place.packs.empty()) {
    Bound kakao{{seoul}, {}, {}, 0};
    Fill(&kakao, 8 * 60, 20 * 60 + 50);
    bounds.push_back(kakao);
  }
  if (c.place.packs.has(Pack::kUnitedStates) && c.medium == ConsentMedium::kSms) {
    Bound state{c.zones, {}, {}, 0};
    if (StateCode(c.place.state) == "TX") {
      Fill(&state, 9 * 60, 21 * 60);
      state.opens[6] = 12 * 60;
    } else if (StateCode(c.place.state) == "RI") {
      Fill(&state, 9 * 60, 18 * 60);
      for (const int day : {5, 6}) state.opens[day] = 10 * 60, state.closes[day] = 17 * 60;
    } else {
      Fill(&state, 10 * 60, 18 * 60);
      state.closes[5] = 17 * 60;
      state.closes[6] = 0;
    }
    bounds.push_back(state);
  }
  if (c.own.has_value() && c.own->media.has(c.medium) && !(c.night_consent && c.place.packs == PackSet(Pack::kKorea))) {
    Bound own{both, {}, {}, 0};
    Fill(&own, c.own->opens_minute, c.own->closes_minute);
    bounds.push_back(own);
  }
  return bounds;
}

bool Inside(const Bound& bound, const absl::TimeZone& clock, int64_t at_ms) {
  const absl::CivilSecond civil = absl::ToCivilSecond(absl::FromUnixMillis(at_ms), clock);
  const auto day = static_cast<int>(absl::GetWeekday(civil));  // absl counts from Monday
  const int minute = civil.hour() * 60 + civil.minute();
  return minute >= bound.opens[day] && minute < bound.closes[day];
}

constexpr int64_t kWalkMinutes = 6 * 24 * 60;

// By minute from an instant on: whether a message may arrive, and whether it may be handed over, which asks that the
// cut-off's minutes after it are inside as well.
struct Walk {
  std::vector<bool> arrive, hand_over;
};
Walk WalkFrom(const Case& c, int64_t at_ms) {
  Walk walk{std::vector<bool>(kWalkMinutes, true), std::vector<bool>(kWalkMinutes, true)};
  for (const Bound& bound : BoundsOf(c)) {
    for (const absl::TimeZone& clock : bound.clocks) {
      int64_t outside = kWalkMinutes + bound.cut_off + 1;  // the nearest minute ahead that is outside
      for (int64_t minute = kWalkMinutes + bound.cut_off; minute >= 0; --minute) {
        if (!Inside(bound, clock, at_ms + minute * kMinuteMs)) outside = minute;
        if (minute >= kWalkMinutes) continue;
        if (outside == minute) walk.arrive[static_cast<size_t>(minute)] = false;
        if (outside <= minute + bound.cut_off) walk.hand_over[static_cast<size_t>(minute)] = false;
      }
    }
  }
  return walk;
}

template <typename T>
T OneOf(std::mt19937_64& random, std::initializer_list<T> values) {
  return values.begin()[random() % values.size()];
}

Case RandomCase(std::mt19937_64& random) {
  Case c;
  const auto zone = static_cast<ZoneId>(random() % ZoneCount());
  c.place.packs = PackSet::FromBits(static_cast<uint8_t>(random() % (PackSet::All().bits() + 1)));
  c.place.seoul = random() % 2 == 0;
  c.place.state = FindState(OneOf<std::string_view>(random, {"TX", "RI", ""}));
  c.place.zones = OneOf(random, {OnlyZone(zone), OnlyZone(zone), ZonesOfCountry("CL"), ZonesOfCountry("PT")});
  for (const ZoneId each : ListZones(c.place.zones)) c.zones.push_back(Load(ZoneName(each)));
  c.medium = static_cast<ConsentMedium>(random() % kConsentMediumCount);
  c.night_consent = random() % 3 == 0;
  if (random() % 2 == 0) {
    const auto opens = static_cast<int16_t>(random() % 1000);
    c.own = HoursOverride{opens, static_cast<int16_t>(opens + 1 + random() % 440), MediumSet::All()};
  }
  return c;
}

// An instant of the years 1975 to 2040, at a full minute; half of them within a day before a change of the clock.
int64_t RandomInstant(std::mt19937_64& random, const absl::TimeZone& clock) {
  const absl::Time at = absl::FromUnixSeconds(static_cast<int64_t>(157'766'400 + random() % 2'051'222'400));
  absl::TimeZone::CivilTransition change;
  absl::Time from = at;
  if (random() % 2 == 0 && clock.NextTransition(at, &change)) {
    from = absl::FromCivil(change.to, clock) - absl::Minutes(static_cast<int64_t>(random() % (24 * 60)));
  }
  return absl::ToUnixMillis(from) / kMinuteMs * kMinuteMs;
}

int64_t FirstFrom(const std::vector<bool>& minutes, int64_t from, bool value) {
  while (from < kWalkMinutes && minutes[static_cast<size_t>(from)] != value) ++from;
  return from;
}

}  // namespace

TEST_CASE("Hours are those of a walk minute by minute, in any zone at any time") {
  std::mt19937_64 random(23);
  int opened = 0, closed = 0, never = 0;
  for (int round = 0; round < 1200; ++round) {
    const Case c = RandomCase(random);
    const int64_t at_ms = RandomInstant(random, c.zones.front());
    const Walk walk = WalkFrom(c, at_ms);
    const HoursAnswer answer =
        AskHours(c.place, c.medium, c.night_consent, at_ms, c.own.has_value() ? &*c.own : nullptr);
    INFO("round " << round << ": " << ZoneName(ListZones(c.place.zones)[0]) << " of " << c.zones.size() << " at "
                  << FormatInstant(at_ms) << ", packs " << int{c.place.packs.bits()} << ", seoul " << c.place.seoul
                  << ", state " << StateCode(c.place.state) << ", " << ConsentMediumName(c.medium) << ", night "
                  << c.night_consent << ", own " << (c.own ? c.own->opens_minute : -1) << " to "
                  << (c.own ? c.own->closes_minute : -1));
    const int64_t opens = FirstFrom(walk.hand_over, 0, true);
    const int64_t said = answer.state == HoursState::kNever ? kWalkMinutes : (answer.opens_ms - at_ms) / kMinuteMs;
    REQUIRE(std::min(said, kWalkMinutes) == opens);
    ++(opens == 0 ? opened : opens < kWalkMinutes ? closed : never);
    if (opens == kWalkMinutes) continue;
    const auto minutes_until = [&](int64_t end_ms) {
      return end_ms == kNeverCloses ? kWalkMinutes : std::min(kWalkMinutes, (end_ms - at_ms) / kMinuteMs);
    };
    REQUIRE(minutes_until(answer.closes_ms) == FirstFrom(walk.hand_over, opens, false));
    REQUIRE(minutes_until(answer.arrive_by_ms) == FirstFrom(walk.arrive, opens, false));
    REQUIRE(answer.rule.empty() == (opens == 0 && answer.closes_ms == kNeverCloses));
  }
  CHECK(opened > 100);
  CHECK(closed > 100);
  CHECK(never < 400);
}

}  // namespace cartwheel
