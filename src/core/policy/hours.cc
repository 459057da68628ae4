#include "core/policy/hours.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>

#include "absl/container/inlined_vector.h"
#include "base/time.h"
#include "core/policy/packs.h"
#include "core/policy/week.h"
#include "core/policy/zone_clock.h"

namespace cartwheel {
namespace {

constexpr int64_t kWeekMs = kDaysOfWeek * kDayMs;
constexpr int64_t kHoursSearchMs = kHoursSearchDays * kDayMs;
// Instants within the years 1 to 9999, so that no sum overflows.
constexpr int64_t kFirstInstantMs = -62'135'596'800'000;
constexpr int64_t kLastInstantMs = 253'402'300'799'999;

constexpr std::string_view kSeoul = "Asia/Seoul";

// Everything that an answer depends on but the instant.
struct Question {
  Jurisdiction place;
  ConsentMedium medium = ConsentMedium::kSms;
  bool night_consent = false;
  bool has_shop_hours = false;
  HoursOverride shop_hours;
  PackNumbers numbers;
  friend bool operator==(const Question&, const Question&) = default;

  // Spreads questions over slots: most differ in place and medium.
  size_t Hash() const {
    const auto place_bits = static_cast<uint64_t>(place.zones) << 16 | static_cast<uint64_t>(place.state) << 8 |
                            static_cast<uint64_t>(place.packs.bits()) << 1 | static_cast<uint64_t>(place.seoul);
    const auto medium_bits = static_cast<uint64_t>(medium) << 1 | static_cast<uint64_t>(night_consent);
    return static_cast<size_t>((place_bits << 8 ^ medium_bits) * 0x9E37'79B9'7F4A'7C15u >> 48);
  }
};

// Hours that must be met on the clock of one zone.
struct HoursCondition {
  std::string_view rule;
  Week week{};
  ZoneId zone{};
  int64_t cut_off_ms = 0;
};

struct HoursConditions {
  absl::InlinedVector<HoursCondition, 4> all;
  std::string_view impossible;  // the rule of hours on the clocks of all zones there are: no instant is inside of them
};

// An answer, and the span of instants for which it holds: [from, until).
struct Held {
  int64_t from_ms = 0;
  int64_t until_ms = 0;
  HoursAnswer answer;
};

constexpr Week kWholeWeek = Daily(0, kMinutesOfDay);

// Adds hours as a condition on each clock that they are read from.
void Require(std::string_view rule, const Week& week, HoursClock clock, int cut_off_minutes, const Question& question,
             HoursConditions* conditions) {
  if (week == kWholeWeek) return;
  HoursCondition condition{rule, week, {}, cut_off_minutes * kMinuteMs};
  if (clock != HoursClock::kSeoul) {
    if (question.place.zones == ZoneSet::kAnywhere) {
      conditions->impossible = rule;
      return;
    }
    for (const ZoneId zone : ListZones(question.place.zones)) {
      condition.zone = zone;
      conditions->all.push_back(condition);
    }
  }
  if (clock == HoursClock::kSeoul || (clock == HoursClock::kRecipientAndSeoul && question.place.seoul)) {
    condition.zone = *FindZone(kSeoul);
    if (question.place.zones != OnlyZone(condition.zone) || clock == HoursClock::kSeoul) {
      conditions->all.push_back(condition);
    }
  }
}

HoursConditions ConditionsOf(const Question& question) {
  HoursConditions conditions;
  const PackSet packs = question.place.packs;
  for (const HoursRule& of_law : HoursRules()) {
    const HoursRule rule = WithNumbers(of_law, question.numbers);
    if (!rule.packs.meets(packs) || !rule.media.has(question.medium)) continue;
    if (rule.lifted_by_night && question.night_consent) continue;
    const HoursOfState& state = StateHours(question.place.state);
    Require(rule.by_state ? state.rule : rule.rule, rule.by_state ? state.week : rule.week, rule.clock,
            rule.cut_off_minutes, question, &conditions);
  }
  const HoursOverride& own = question.shop_hours;
  // The consent for the night is one of Korea's law alone: under other packs the shop's hours stay.
  const bool lifted = question.night_consent && packs == PackSet(Pack::kKorea);
  if (question.has_shop_hours && own.media.has(question.medium) && !lifted) {
    Require(kShopHoursRule, Daily(own.opens_minute, own.closes_minute), HoursClock::kRecipientAndSeoul, 0, question,
            &conditions);
  }
  return conditions;
}

// A span in which every condition is met and hand-overs are in time for all cut-offs.
struct Opening {
  bool found = false;
  int64_t opens_ms = 0;  // not found: where to look next
  int64_t closes_ms = 0;
  int64_t arrive_by_ms = 0;
  std::string_view ended_by;
};

// Returns the first instant after `at_ms` at which something may open, given that nothing opened in the seven days
// before it: while no clock is changed each week is as the one before. A change of clocks may spare the hours of the
// last day before it their cut-off.
int64_t AfterWeeksAlike(const HoursConditions& conditions, int64_t at_ms) {
  int64_t steady_until_ms = kNeverCloses;
  for (const HoursCondition& condition : conditions.all) {
    steady_until_ms = std::min(steady_until_ms, SteadyUntil(condition.zone, at_ms - kWeekMs));
  }
  return std::max(at_ms, steady_until_ms - kDayMs);
}

// Judges one instant: the opening that it is in, or else a later one before which nothing opens.
Opening OpeningAt(const HoursConditions& conditions, int64_t at_ms, int64_t limit_ms) {
  Opening opening{true, at_ms, kNeverCloses, kNeverCloses, {}};
  for (const HoursCondition& condition : conditions.all) {
    const Stretch stretch = StretchAt(condition.week, condition.zone, at_ms, limit_ms);
    if (!stretch.inside) return {false, stretch.until_ms, 0, 0, {}};
    if (stretch.until_ms == limit_ms) continue;
    opening.arrive_by_ms = std::min(opening.arrive_by_ms, stretch.until_ms);
    if (stretch.until_ms - condition.cut_off_ms < opening.closes_ms) {
      opening.closes_ms = stretch.until_ms - condition.cut_off_ms;
      opening.ended_by = condition.rule;
    }
  }
  if (at_ms >= opening.closes_ms) return {false, opening.arrive_by_ms, 0, 0, {}};
  return opening;
}

// Returns the opening that an instant is in, or else the first one after it.
Opening NextOpening(const HoursConditions& conditions, int64_t at_ms, int64_t limit_ms) {
  int64_t closed_since_ms = at_ms;
  while (at_ms < limit_ms) {
    const Opening opening = OpeningAt(conditions, at_ms, limit_ms);
    if (opening.found) return opening;
    at_ms = opening.opens_ms;
    if (at_ms - closed_since_ms < kWeekMs) continue;
    const int64_t later_ms = AfterWeeksAlike(conditions, at_ms);
    if (later_ms > at_ms) closed_since_ms = later_ms;
    at_ms = later_ms;
  }
  return {};
}

// Returns the rule whose hours begin at an opening: the first condition that is not met just before it.
std::string_view RuleBefore(const HoursConditions& conditions, int64_t opens_ms) {
  for (const HoursCondition& condition : conditions.all) {
    if (!StretchAt(condition.week, condition.zone, opens_ms - 1, opens_ms).inside) return condition.rule;
  }
  return conditions.all.front().rule;
}

// Returns the rule that leaves nothing open: the first one that has no opening in common with those before it.
std::string_view RuleOfNever(const HoursConditions& conditions, int64_t at_ms, int64_t limit_ms) {
  HoursConditions some;
  for (const HoursCondition& condition : conditions.all) {
    const bool rule_is_whole = !some.all.empty() && some.all.back().rule != condition.rule;
    if (rule_is_whole && !NextOpening(some, at_ms, limit_ms).found) break;
    some.all.push_back(condition);
  }
  return some.all.back().rule;
}

// Answers from the full hour before the instant on, so that the answer holds for instants before it as well. The
// search ends with a day of UTC: how far it goes depends on the day alone.
Held Compute(const Question& question, int64_t now_ms) {
  const HoursConditions conditions = ConditionsOf(question);
  if (!conditions.impossible.empty()) {
    return {kFirstInstantMs, kNeverCloses, {HoursState::kNever, 0, 0, 0, conditions.impossible}};
  }
  if (conditions.all.empty()) {
    return {kFirstInstantMs, kNeverCloses, {HoursState::kOpen, 0, kNeverCloses, kNeverCloses, {}}};
  }
  const int64_t day_ms = now_ms - (now_ms - kFirstInstantMs) % kDayMs;
  const int64_t limit_ms = day_ms + kHoursSearchMs + kDayMs;
  int64_t from_ms = now_ms - (now_ms - kFirstInstantMs) % kHourMs;
  int64_t at_ms = from_ms;
  while (true) {
    const Opening opening = NextOpening(conditions, at_ms, limit_ms);
    if (!opening.found) {
      return {from_ms, day_ms + kDayMs, {HoursState::kNever, 0, 0, 0, RuleOfNever(conditions, at_ms, limit_ms)}};
    }
    HoursAnswer answer{HoursState::kClosed, opening.opens_ms, opening.closes_ms, opening.arrive_by_ms, {}};
    if (now_ms < opening.opens_ms) {
      answer.rule = RuleBefore(conditions, opening.opens_ms);
      return {from_ms, opening.opens_ms, answer};
    }
    if (now_ms < opening.closes_ms) {
      answer.state = HoursState::kOpen;
      answer.rule = opening.ended_by;
      return {opening.opens_ms, std::min(opening.closes_ms, limit_ms), answer};
    }
    from_ms = opening.closes_ms;
    at_ms = opening.arrive_by_ms;
  }
}

// What this thread was last answered, by the question's hash. An entry is looked at again where its question and its
// span fit, so it changes no answer.
constexpr size_t kSlots = 512;
struct Slot {
  bool used = false;
  Question question;
  Held held;
};

const Held& Recall(const Question& question, int64_t now_ms) {
  thread_local const auto slots = std::make_unique<std::array<Slot, kSlots>>();
  Slot& slot = (*slots)[question.Hash() % kSlots];
  const bool fits =
      slot.used && slot.question == question && now_ms >= slot.held.from_ms && now_ms < slot.held.until_ms;
  if (!fits) slot = {true, question, Compute(question, now_ms)};
  return slot.held;
}

}  // namespace

HoursAnswer AskHours(const Jurisdiction& jurisdiction, ConsentMedium medium, bool night_consent, int64_t now_ms,
                     const HoursOverride* shop_hours, const PackNumbers& numbers) {
  if (now_ms < kFirstInstantMs || now_ms > kLastInstantMs) return {};
  Question question{jurisdiction, medium, night_consent, shop_hours != nullptr, {}, numbers};
  if (shop_hours != nullptr) question.shop_hours = *shop_hours;
  HoursAnswer answer = Recall(question, now_ms).answer;
  if (answer.state == HoursState::kOpen) answer.opens_ms = now_ms;
  return answer;
}

int64_t SpreadOpening(int64_t opens_ms, int64_t closes_ms, int64_t spread_ms, uint64_t hash) {
  if (closes_ms <= opens_ms || spread_ms <= 0) return opens_ms;
  const uint64_t open_for = static_cast<uint64_t>(closes_ms) - static_cast<uint64_t>(opens_ms);
  return opens_ms + static_cast<int64_t>(hash % std::min(open_for, static_cast<uint64_t>(spread_ms)));
}

}  // namespace cartwheel
