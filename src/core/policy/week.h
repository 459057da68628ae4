// The hours of a week on a local clock: one window a day, in minutes of the day, half-open.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace cartwheel {

inline constexpr int kMinutesOfDay = 24 * 60;
inline constexpr size_t kDaysOfWeek = 7;

// Days as the index of a Week.
enum class Day : uint8_t { kMonday, kTuesday, kWednesday, kThursday, kFriday, kSaturday, kSunday };

struct DayWindow {
  int16_t opens = 0;   // a minute of the day
  int16_t closes = 0;  // not after kMinutesOfDay; not after `opens`: the day is closed
  constexpr bool empty() const { return closes <= opens; }
  constexpr bool has(int minute) const { return minute >= opens && minute < closes; }
  friend constexpr bool operator==(const DayWindow&, const DayWindow&) = default;
};

using Week = std::array<DayWindow, kDaysOfWeek>;

// 20:50 is At(20, 50).
constexpr int16_t At(int hour, int minute = 0) { return static_cast<int16_t>(hour * 60 + minute); }

constexpr Week Daily(int16_t opens, int16_t closes) {
  Week week{};
  week.fill({opens, closes});
  return week;
}

constexpr Week With(Week week, Day day, DayWindow window) {
  week[static_cast<size_t>(day)] = window;
  return week;
}

constexpr DayWindow Common(DayWindow a, DayWindow b) {
  const DayWindow common{std::max(a.opens, b.opens), std::min(a.closes, b.closes)};
  return common.empty() ? DayWindow{} : common;
}

constexpr Week Common(const Week& a, const Week& b) {
  Week common{};
  for (size_t day = 0; day < kDaysOfWeek; ++day) common[day] = Common(a[day], b[day]);
  return common;
}

}  // namespace cartwheel
