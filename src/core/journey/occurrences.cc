#include "core/journey/occurrences.h"

#include <algorithm>

#include "base/time.h"

namespace cartwheel {
namespace {

constexpr int kDaysOfEachWeek = 7;

constexpr int kHorizonYears = 40;  // what does not occur in so long never does: 29 February on a given weekday is 28

absl::CivilDay MondayOf(absl::CivilDay day) { return absl::PrevWeekday(day + 1, absl::Weekday::monday); }

bool IsOfMonthDay(absl::CivilDay day, int8_t month_day) {
  if (month_day > 0) return day.day() == month_day;
  const absl::CivilDay last = absl::CivilDay(absl::CivilMonth(day) + 1) - 1;
  return day.day() == last.day() + 1 + month_day;
}

bool IsOfDay(absl::CivilDay day, const Recurrence::Day& asked) {
  if (absl::GetWeekday(day) != asked.weekday) return false;
  if (asked.ordinal == 0) return true;
  if (asked.ordinal > 0) return (day.day() - 1) / kDaysOfEachWeek == asked.ordinal - 1;
  const absl::CivilDay last = absl::CivilDay(absl::CivilMonth(day) + 1) - 1;
  return (last.day() - day.day()) / kDaysOfEachWeek == -asked.ordinal - 1;
}

bool IsOfInterval(const Recurrence& recurrence, absl::CivilDay day) {
  const absl::CivilDay from(recurrence.from);
  switch (recurrence.frequency) {
    case Recurrence::Frequency::kDaily:
      return (day - from) % recurrence.interval == 0;
    case Recurrence::Frequency::kWeekly:
      return (MondayOf(day) - MondayOf(from)) / kDaysOfEachWeek % recurrence.interval == 0;
    case Recurrence::Frequency::kMonthly:
      return (absl::CivilMonth(day) - absl::CivilMonth(from)) % recurrence.interval == 0;
  }
  return false;
}

// Whether a day that is not before `from` is one of the recurrence.
bool Matches(const Recurrence& recurrence, absl::CivilDay day) {
  if (!IsOfInterval(recurrence, day)) return false;
  const std::vector<Recurrence::Day>& days = recurrence.days;
  const std::vector<int8_t>& month_days = recurrence.month_days;
  if (days.empty() && month_days.empty()) {
    const absl::CivilDay from(recurrence.from);
    if (recurrence.frequency == Recurrence::Frequency::kWeekly) return absl::GetWeekday(day) == absl::GetWeekday(from);
    return recurrence.frequency == Recurrence::Frequency::kDaily || day.day() == from.day();
  }
  return (days.empty() ||
          std::any_of(days.begin(), days.end(), [&](const auto& asked) { return IsOfDay(day, asked); })) &&
         (month_days.empty() ||
          std::any_of(month_days.begin(), month_days.end(), [&](int8_t asked) { return IsOfMonthDay(day, asked); }));
}

// Calls `each(local)` for the occurrences at or after `at` in their order, until it returns false. One with a count is
// counted from its beginning.
template <typename Each>
void ForEach(const Recurrence& recurrence, absl::CivilMinute at, Each each) {
  const absl::CivilDay begin(recurrence.count > 0 ? recurrence.from : std::max(recurrence.from, at));
  const absl::CivilDay end(absl::CivilYear(std::max(begin, absl::CivilDay(at))) + kHorizonYears + 1);
  int64_t occurred = 0;
  for (absl::CivilDay day = begin; day < end; ++day) {
    if (!Matches(recurrence, day)) continue;
    for (const int16_t minute : recurrence.minutes) {
      const absl::CivilMinute local = absl::CivilMinute(day) + minute;
      if (local < recurrence.from) continue;
      if (recurrence.until && local > *recurrence.until) return;
      if (recurrence.count > 0 && ++occurred > recurrence.count) return;
      if (local >= at && !each(local)) return;
    }
  }
}

int64_t InstantOf(absl::CivilMinute local, const absl::TimeZone& zone) {
  const absl::TimeZone::TimeInfo info = zone.At(absl::CivilSecond(local));
  return absl::ToUnixMillis(info.kind == absl::TimeZone::TimeInfo::SKIPPED ? info.trans : info.pre);
}

// A local time whose instant is not after this one: clocks are changed by less than a day.
absl::CivilMinute Before(int64_t at_ms, const absl::TimeZone& zone) {
  return absl::ToCivilMinute(absl::FromUnixMillis(at_ms - kDayMs), zone);
}

}  // namespace

std::optional<absl::CivilMinute> FirstOccurrence(const Recurrence& recurrence, absl::CivilMinute at) {
  std::optional<absl::CivilMinute> first;
  ForEach(recurrence, at, [&](absl::CivilMinute local) {
    first = local;
    return false;
  });
  return first;
}

std::optional<Occurrence> NextOccurrence(const Recurrence& recurrence, const absl::TimeZone& zone, int64_t after_ms) {
  std::optional<Occurrence> next;
  ForEach(recurrence, Before(after_ms, zone), [&](absl::CivilMinute local) {
    const int64_t at_ms = InstantOf(local, zone);
    if (at_ms > after_ms) next = {local, at_ms};
    return !next.has_value();
  });
  return next;
}

std::optional<Occurrence> NewestOccurrence(const Recurrence& recurrence, const absl::TimeZone& zone, int64_t after_ms,
                                           int64_t until_ms) {
  std::optional<Occurrence> newest;
  ForEach(recurrence, Before(after_ms, zone), [&](absl::CivilMinute local) {
    const int64_t at_ms = InstantOf(local, zone);
    if (at_ms > until_ms) return false;
    if (at_ms > after_ms) newest = {local, at_ms};
    return true;
  });
  return newest;
}

int64_t OccurrenceNumber(absl::CivilMinute local) { return local - absl::CivilMinute(1970, 1, 1, 0, 0); }

}  // namespace cartwheel
