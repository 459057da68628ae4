#include "core/policy/hours.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>

#include "absl/container/inlined_vector.h"
#include "absl/hash/hash.h"
#include "base/time.h"
#include "core/policy/packs.h"
#include "core/policy/week.h"
#include "core/policy/zone_clock.h"

namespace cartwheel {
namespace {

constexpr int64_t kHoursSearchMs = kHoursSearchDays * kDayMs;
// Instants within the years 1 to 9999, so that no sum overflows.
constexpr int64_t kFirstInstantMs = -62'135'596'800'000;
constexpr int64_t kLastInstantMs = 253'402'300'799'999;

constexpr std::string_view kSeoul = "Asia/Seoul";

// Everything that an answer depends on but the instant.
struct Question {
  uint8_t packs = 0;
  bool seoul = false;
  StateId state = StateId::kUnknown;
  ZoneSet zones = ZoneSet::kAnywhere;
  ConsentMedium medium = ConsentMedium::kSms;
  bool night_consent = false;
  bool has_shop_hours = false;
  HoursOverride shop_hours;
  friend bool operator==(const Question&, const Question&) = default;
  template <typename H>
  friend H AbslHashValue(H state, const Question& q) {
    return H::combine(std::move(state), q.packs, q.seoul, q.state, q.zones, q.medium, q.night_consent, q.has_shop_hours,
                      q.shop_hours.opens_minute, q.shop_hours.closes_minute, q.shop_hours.media.bits());
  }
};

// Hours that must be met on the clock of one zone.
struct Condition {
  std::string_view rule;
  Week week{};
  ZoneId zone{};
  int64_t cut_off_ms = 0;
};

struct Conditions {
  absl::InlinedVector<Condition, 4> all;
  bool impossible = false;  // hours on the clocks of all zones there are: no instant is inside of them
};

// An answer, and the span of instants for which it holds: [from, until).
struct Held {
  int64_t from_ms = 0;
  int64_t until_ms = 0;
  HoursAnswer answer;
};

constexpr Week kWholeWeek = Daily(0, kMinutesOfDay);

void Require(std::string_view rule, const Week& week, HoursClock clock, int cut_off_minutes, const Question& question,
             Conditions* conditions) {
  if (week == kWholeWeek) return;
  Condition condition{rule, week, {}, cut_off_minutes * kMinuteMs};
  if (clock != HoursClock::kSeoul) {
    if (question.zones == ZoneSet::kAnywhere) {
      condition.zone = *FindZone(kSeoul);
      conditions->all.push_back(condition);
      conditions->impossible = true;
      return;
    }
    for (const ZoneId zone : ListZones(question.zones)) {
      condition.zone = zone;
      conditions->all.push_back(condition);
    }
  }
  if (clock == HoursClock::kSeoul || (clock == HoursClock::kRecipientAndSeoul && question.seoul)) {
    condition.zone = *FindZone(kSeoul);
    if (question.zones != OnlyZone(condition.zone) || clock == HoursClock::kSeoul) {
      conditions->all.push_back(condition);
    }
  }
}

Conditions ConditionsOf(const Question& question) {
  Conditions conditions;
  const PackSet packs = PackSet::FromBits(question.packs);
  for (const HoursRule& rule : HoursRules()) {
    if (!rule.packs.meets(packs) || !rule.media.has(question.medium)) continue;
    if (rule.lifted_by_night && question.night_consent) continue;
    const HoursOfState& state = StateHours(question.state);
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
  int64_t opens_ms = 0;
  int64_t closes_ms = 0;
  int64_t arrive_by_ms = 0;
  std::string_view ended_by;
};

// Returns the opening that an instant is in, or else the first one after it.
Opening NextOpening(const Conditions& conditions, int64_t at_ms, int64_t limit_ms) {
  while (at_ms < limit_ms) {
    Opening opening{true, at_ms, kNeverCloses, kNeverCloses, {}};
    for (const Condition& condition : conditions.all) {
      const Stretch stretch = StretchAt(condition.week, condition.zone, at_ms, limit_ms);
      if (!stretch.inside) {
        opening.found = false;
        at_ms = stretch.until_ms;
        break;
      }
      if (stretch.until_ms == limit_ms) continue;
      opening.arrive_by_ms = std::min(opening.arrive_by_ms, stretch.until_ms);
      if (stretch.until_ms - condition.cut_off_ms < opening.closes_ms) {
        opening.closes_ms = stretch.until_ms - condition.cut_off_ms;
        opening.ended_by = condition.rule;
      }
    }
    if (!opening.found) continue;
    if (at_ms < opening.closes_ms) return opening;
    at_ms = opening.arrive_by_ms;
  }
  return {};
}

// Returns the rule whose hours begin at an opening: the first condition that is not met just before it.
std::string_view RuleBefore(const Conditions& conditions, int64_t opens_ms) {
  for (const Condition& condition : conditions.all) {
    if (!StretchAt(condition.week, condition.zone, opens_ms - 1, opens_ms).inside) return condition.rule;
  }
  return conditions.all.front().rule;
}

// Answers from the full hour before the instant on, so that the answer holds for instants before it as well. The
// search ends with a day of UTC: how far it goes depends on the day alone.
Held Compute(const Question& question, int64_t now_ms) {
  const Conditions conditions = ConditionsOf(question);
  if (conditions.all.empty()) {
    return {kFirstInstantMs, kNeverCloses, {HoursState::kOpen, 0, kNeverCloses, kNeverCloses, {}}};
  }
  const HoursAnswer never{HoursState::kNever, 0, 0, 0, conditions.all.front().rule};
  if (conditions.impossible) return {kFirstInstantMs, kNeverCloses, never};

  const int64_t day_ms = now_ms - (now_ms - kFirstInstantMs) % kDayMs;
  const int64_t limit_ms = day_ms + kHoursSearchMs + kDayMs;
  int64_t from_ms = now_ms - (now_ms - kFirstInstantMs) % kHourMs;
  int64_t at_ms = from_ms;
  while (true) {
    const Opening opening = NextOpening(conditions, at_ms, limit_ms);
    if (!opening.found) return {from_ms, day_ms + kDayMs, never};
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
  Slot& slot = (*slots)[absl::HashOf(question) % kSlots];
  const bool fits =
      slot.used && slot.question == question && now_ms >= slot.held.from_ms && now_ms < slot.held.until_ms;
  if (!fits) slot = {true, question, Compute(question, now_ms)};
  return slot.held;
}

}  // namespace

HoursAnswer AskHours(const Jurisdiction& jurisdiction, ConsentMedium medium, bool night_consent, int64_t now_ms,
                     const HoursOverride* shop_hours) {
  if (now_ms < kFirstInstantMs || now_ms > kLastInstantMs) return {};
  Question question;
  question.packs = jurisdiction.packs.bits();
  question.seoul = jurisdiction.seoul;
  question.state = jurisdiction.state;
  question.zones = jurisdiction.zones;
  question.medium = medium;
  question.night_consent = night_consent;
  question.has_shop_hours = shop_hours != nullptr;
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
