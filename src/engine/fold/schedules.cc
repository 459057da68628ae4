#include "engine/fold/schedules.h"

#include <algorithm>
#include <string>

#include "absl/time/time.h"
#include "core/policy/zones.h"

namespace cartwheel {
namespace {

constexpr int kEarliestZoneHours = 14;  // no clock of the world is further ahead

absl::TimeZone ShopZone(const Policy& policy) {
  absl::TimeZone zone;
  return !policy.timezone.empty() && absl::LoadTimeZone(policy.timezone, &zone) ? zone : absl::UTCTimeZone();
}

int64_t NextAt(const Schedule& schedule, const absl::TimeZone& zone, int64_t after_ms) {
  const std::optional<Occurrence> next = NextOccurrence(schedule.recurrence, zone, after_ms);
  return next ? next->at_ms : 0;
}

// When customers must be looked at again, whatever their zones: when the moment comes by the shop's clock, and by the
// earliest clock of the world, so that a zone that no customer had before is not found too late.
int64_t NextOfAnyZone(const Schedule& schedule, const Policy& policy, int64_t after_ms) {
  const int64_t by_shop = NextAt(schedule, ShopZone(policy), after_ms);
  if (!schedule.recipient_zone) return by_shop;
  return Earlier(by_shop,
                 NextAt(schedule, absl::FixedTimeZone(absl::Hours(kEarliestZoneHours) / absl::Seconds(1)), after_ms));
}

}  // namespace

void SetSchedules(SchedulePasses& passes, const Playbook* playbook, int64_t now_ms) {
  SchedulePasses wanted;
  for (size_t i = 0; playbook != nullptr && i < playbook->journeys.size(); ++i) {
    const Journey& journey = playbook->journeys[i];
    if (!journey.schedule) continue;
    const auto known = std::find_if(passes.begin(), passes.end(), [&](const SchedulePass& pass) {
      return pass.journey == journey.fingerprint && pass.schedule == journey.schedule->fingerprint;
    });
    if (known != passes.end()) {
      wanted.push_back(*known);
      continue;
    }
    wanted.push_back({.journey = journey.fingerprint,
                      .schedule = journey.schedule->fingerprint,
                      .done_until_ms = now_ms,
                      .next_ms = NextOfAnyZone(*journey.schedule, playbook->policy, now_ms)});
  }
  passes = std::move(wanted);
}

SchedulePass* FindDuePass(SchedulePasses& passes, int64_t now_ms) {
  for (SchedulePass& pass : passes)
    if (pass.running() || (pass.next_ms != 0 && pass.next_ms <= now_ms)) return &pass;
  return nullptr;
}

int64_t NextPass(const SchedulePasses& passes) {
  int64_t next_ms = 0;
  for (const SchedulePass& pass : passes) next_ms = Earlier(next_ms, pass.next_ms);
  return next_ms;
}

void BeginPass(SchedulePass& pass, CustomerRow next_customer, int64_t now_ms) {
  pass.asks_until_ms = now_ms;
  pass.row_done = CustomerRow();
  pass.row_end = CustomerRow(next_customer.value() - 1);
  pass.next_of_asked_ms = 0;
}

void EndSlice(SchedulePass& pass, int64_t next_of_asked_ms, const Playbook& playbook) {
  pass.next_of_asked_ms = Earlier(pass.next_of_asked_ms, next_of_asked_ms);
  if (pass.row_done < pass.row_end) return;
  const Journey& journey = playbook.journeys[JourneyOfPass(pass, playbook)];
  pass.done_until_ms = pass.asks_until_ms;
  pass.asks_until_ms = 0;
  pass.next_ms = Earlier(pass.next_of_asked_ms, NextOfAnyZone(*journey.schedule, playbook.policy, pass.done_until_ms));
}

uint32_t JourneyOfPass(const SchedulePass& pass, const Playbook& playbook) {
  const auto journey = std::find_if(playbook.journeys.begin(), playbook.journeys.end(),
                                    [&](const Journey& j) { return j.fingerprint == pass.journey; });
  return static_cast<uint32_t>(journey - playbook.journeys.begin());
}

void ZoneOccurrences::Clear() {
  newest_.clear();
  next_ms_ = 0;
}

const Occurrence* ZoneOccurrences::Find(const Customer& customer, const Schedule& schedule, const Policy& policy,
                                        const SchedulePass& pass) {
  std::string_view name;  // empty: the shop's
  if (schedule.recipient_zone)
    if (const Value own = customer.attributes.Find("timezone"); own.is_string() && FindZone(own.text()))
      name = own.text();
  auto known = newest_.find(name);
  if (known == newest_.end()) {
    absl::TimeZone zone;
    if (name.empty() || !absl::LoadTimeZone(std::string(name), &zone)) zone = ShopZone(policy);
    // What is older than `latest` is entered by no customer: it need not be looked for.
    const int64_t after_ms = std::max(pass.done_until_ms, pass.asks_until_ms - schedule.latest_ms);
    known =
        newest_.emplace(std::string(name), NewestOccurrence(schedule.recurrence, zone, after_ms, pass.asks_until_ms))
            .first;
    if (schedule.recipient_zone) next_ms_ = Earlier(next_ms_, NextAt(schedule, zone, pass.asks_until_ms));
  }
  return known->second ? &*known->second : nullptr;
}

void WriteSchedules(const SchedulePasses& passes, ByteWriter& writer) {
  writer.Varint(passes.size());
  for (const SchedulePass& pass : passes) {
    writer.Fixed64(pass.journey);
    writer.Fixed64(pass.schedule);
    for (const int64_t number : {pass.done_until_ms, pass.asks_until_ms, pass.row_done.value(), pass.row_end.value(),
                                 pass.next_ms, pass.next_of_asked_ms})
      writer.Signed(number);
  }
}

SchedulePasses ReadSchedules(ByteReader& reader) {
  SchedulePasses passes;
  for (uint64_t left = reader.Varint(); left > 0 && reader.ok(); --left) {
    SchedulePass& pass = passes.emplace_back();
    pass.journey = reader.Fixed64();
    pass.schedule = reader.Fixed64();
    pass.done_until_ms = reader.Signed();
    pass.asks_until_ms = reader.Signed();
    pass.row_done = CustomerRow(reader.Signed());
    pass.row_end = CustomerRow(reader.Signed());
    pass.next_ms = reader.Signed();
    pass.next_of_asked_ms = reader.Signed();
  }
  return passes;
}

}  // namespace cartwheel
