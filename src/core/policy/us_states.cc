#include "core/policy/us_states.h"

#include <cstddef>
#include <iterator>

namespace cartwheel {
namespace {

constexpr std::string_view kFederalRule = "US-02";
constexpr std::string_view kUnknownStateRule = "US-03";
constexpr DayWindow kClosed{};

// 47 CFR 64.1200(c)(1): 08:00 to 21:00, local time at the called party's location.
constexpr Week kFederalHours = Daily(At(8), At(21));
constexpr Week kEightToEight = Daily(At(8), At(20));
constexpr Week kNineToEight = Daily(At(9), At(20));

struct StateRow {
  std::string_view code;
  HoursOfState hours = {kFederalRule, kFederalHours};
};

// Rows with hours of their own as the states' telemarketing laws give them in 2026; not reviewed by counsel.
constexpr StateRow kStates[] = {
    {"AL", {"US-AL-01", With(kFederalHours, Day::kSunday, kClosed)}},
    {"AK"},
    {"AZ"},
    {"AR"},
    {"CA"},
    {"CO"},
    {"CT", {"US-CT-01", kNineToEight}},
    {"DE"},
    {"DC"},
    {"FL", {"US-FL-01", kEightToEight}},
    {"GA"},
    {"HI"},
    {"ID"},
    {"IL"},
    {"IN"},
    {"IA"},
    {"KS"},
    {"KY", {"US-KY-01", Daily(At(10), At(21))}},
    {"LA", {"US-LA-01", With(kFederalHours, Day::kSunday, kClosed)}},
    {"ME"},
    {"MD", {"US-MD-01", kEightToEight}},
    {"MA", {"US-MA-01", kEightToEight}},
    {"MI"},
    {"MN"},
    {"MS", {"US-MS-01", With(kEightToEight, Day::kSunday, kClosed)}},
    {"MO"},
    {"MT"},
    {"NE"},
    {"NV", {"US-NV-01", kNineToEight}},
    {"NH"},
    {"NJ", {"US-NJ-01", kEightToEight}},
    {"NM"},
    {"NY"},
    {"NC"},
    {"ND"},
    {"OH"},
    {"OK", {"US-OK-01", kEightToEight}},
    {"OR"},
    {"PA"},
    {"RI",
     {"US-RI-01", With(With(Daily(At(9), At(18)), Day::kSaturday, {At(10), At(17)}), Day::kSunday, {At(10), At(17)})}},
    {"SC"},
    {"SD"},
    {"TN"},
    {"TX", {"US-TX-01", With(Daily(At(9), At(21)), Day::kSunday, {At(12), At(21)})}},
    {"UT"},
    {"VT"},
    {"VA"},
    {"WA"},
    {"WV"},
    {"WI"},
    {"WY"},
    {"AS"},
    {"GU"},
    {"MP"},
    {"PR"},
    {"VI"},
};

constexpr Week HoursOfEveryState() {
  Week common = kFederalHours;
  for (const StateRow& state : kStates) common = Common(common, state.hours.week);
  return common;
}

constexpr HoursOfState kUnknownState = {kUnknownStateRule, HoursOfEveryState()};

constexpr bool WithinFederalHours() {
  for (const StateRow& state : kStates) {
    if (Common(state.hours.week, kFederalHours) != state.hours.week) return false;
  }
  return true;
}
static_assert(WithinFederalHours());

}  // namespace

const HoursOfState& StateHours(StateId state) {
  const auto place = static_cast<size_t>(state);
  return place == 0 || place > std::size(kStates) ? kUnknownState : kStates[place - 1].hours;
}

StateId FindState(std::string_view code) {
  for (size_t i = 0; i < std::size(kStates); ++i) {
    if (kStates[i].code == code) return static_cast<StateId>(i + 1);
  }
  return StateId::kUnknown;
}

std::string_view StateCode(StateId state) {
  const auto place = static_cast<size_t>(state);
  return place == 0 || place > std::size(kStates) ? std::string_view() : kStates[place - 1].code;
}

}  // namespace cartwheel
