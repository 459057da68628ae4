#include "core/journey/schedule_entry.h"

#include <algorithm>

#include "core/journey/enrol.h"
#include "core/journey/marks.h"

namespace cartwheel {
namespace {

bool IsMember(const Customer& customer, const Schedule& schedule, const Playbook& playbook) {
  if (!schedule.segment) return true;
  return customer.segments_version == playbook.segments_version &&
         std::any_of(customer.segments.begin(), customer.segments.end(),
                     [&](const Membership& membership) { return membership.segment == *schedule.segment; });
}

bool HasHad(const Customer& customer, uint64_t journey, int64_t number) {
  return std::any_of(customer.occurrences.begin(), customer.occurrences.end(),
                     [&](const JourneyMark& mark) { return mark.journey == journey && mark.at_ms >= number; });
}

}  // namespace

bool EnterOccurrence(Customer& customer, uint32_t place, const Occurrence& occurrence, const FoldContext& context,
                     Effects& effects) {
  const Playbook& playbook = *context.playbooks.current;
  const Journey& journey = playbook.journeys[place];
  const Schedule& schedule = *journey.schedule;
  if (context.now_ms >= occurrence.at_ms + schedule.latest_ms || !IsMember(customer, schedule, playbook)) return false;
  if (customer.erased_at_ms >= occurrence.at_ms) return false;  // what was before an erasure is forgotten
  const int64_t number = OccurrenceNumber(occurrence.local);
  if (HasHad(customer, journey.fingerprint, number)) return false;
  RecordMark(customer.occurrences, journey.fingerprint, 0, number);
  JourneyEvent event{.name = kScheduleCause, .at_ms = occurrence.at_ms};
  const Cart* cart = customer.NewestOpenCart();
  if (cart != nullptr) {
    event.has_cart = true;
    event.cart = cart->id;
  }
  const World world(customer, cart, nullptr, playbook.shop, context.now_ms);
  TryEnter(customer, journey, place, event, world, context, effects);
  return true;
}

}  // namespace cartwheel
