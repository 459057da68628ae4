#include "core/journey/walk.h"

#include <algorithm>

#include "base/status.h"
#include "core/journey/enrol.h"
#include "core/journey/enrolment.h"
#include "core/journey/exit.h"
#include "core/journey/flow.h"
#include "core/journey/goals.h"
#include "core/journey/marks.h"
#include "core/journey/program.h"
#include "core/message/world.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

const Cart* CartOf(Customer& customer, const JourneyEvent& journey_event) {
  return journey_event.has_cart ? customer.FindCart(journey_event.cart) : nullptr;
}

// Whether the event is this exit. So it is where its condition cannot be evaluated: silence is the smaller
// fault.
bool IsExit(const cartwheel::Exit& exit, const JourneyEvent& journey_event, const World& world) {
  return exit.on.Matches(journey_event.type, journey_event.name, journey_event.segment) &&
         (exit.when == nullptr || exit.when->Holds(world, nullptr, true));
}

// A purchase ends every walk about a cart, whatever its exits say. So does a near miss of an exit:
// what it would have done to the cart or the address is not done, and nothing that may be untrue by now is sent.
bool ExitsCartEnrolments(const JourneyEvent& journey_event) {
  if (journey_event.type == EventType::kOrderCompleted) return true;
  const bool near_miss =
      journey_event.event != nullptr && journey_event.event->exits_as == journey_event.type && journey_event.exits_only;
  return near_miss &&
         (journey_event.type == EventType::kCartEmptied || journey_event.type == EventType::kProductRemoved ||
          journey_event.type == EventType::kEndpointRemoved || IsAboutConsent(journey_event.type));
}

// Clocks of devices lie: an exit that is heard soon after its time also ends what was entered by events dated after it.
// One that the engine derived from what is left in a cart does not.
bool ExitsAllEntered(const JourneyEvent& journey_event, const FoldContext& context) {
  return journey_event.event != nullptr && !journey_event.told_again &&
         (journey_event.event->type == journey_event.type || journey_event.event->type == EventType::kCustom) &&
         context.ingested_at_ms - journey_event.at_ms <= context.options.late_stop_max_ms;
}

// Whether the event may end the enrolment: one about a cart ends enrolments whose key is that cart, and those whose
// key is no cart.
bool Concerns(const JourneyEvent& journey_event, const Enrolment& enrolment, const Journey& journey) {
  return !journey_event.only_that_cart || !IsAboutCart(enrolment, journey) || enrolment.cart == journey_event.cart;
}

absl::Status Exits(Customer& customer, const JourneyEvent& journey_event, const World& world,
                   const FoldContext& context, Effects& effects) {
  for (const Journey& journey : context.playbooks.current->journeys) {
    bool exits = ExitsCartEnrolments(journey_event) && IsAboutCarts(journey.enter_on.type);
    for (const cartwheel::Exit& exit : journey.exits) exits = exits || IsExit(exit, journey_event, world);
    if (exits)
      RecordMark(customer.exits, journey.fingerprint,
                 journey_event.only_that_cart ? KeyFingerprint(journey_event.cart) : 0, journey_event.at_ms);
  }
  const bool all_entered = ExitsAllEntered(journey_event, context);
  std::vector<std::pair<Enrolment, const Journey*>> reentering;
  for (size_t i = 0; i < customer.enrolments.size();) {
    Enrolment& enrolment = customer.enrolments[i];
    ASSIGN_OR_RETURN(const Journey* journey, JourneyOf(enrolment, context));
    bool exits = false;
    if ((all_entered || enrolment.entered_at_ms <= journey_event.at_ms) &&
        Concerns(journey_event, enrolment, *journey)) {
      exits = ExitsCartEnrolments(journey_event) && enrolment.has_cart && IsAboutCarts(journey->enter_on.type);
      for (const cartwheel::Exit& exit : journey->exits) exits = exits || IsExit(exit, journey_event, world);
    }
    if (!exits) {
      ++i;
      continue;
    }
    ExitEnrolment(customer, enrolment, *journey, Cause::OfEvent(journey_event.name), journey_event.at_ms, context,
                  effects);
    if (!all_entered && enrolment.later_at_ms > journey_event.at_ms) reentering.emplace_back(enrolment, journey);
    customer.enrolments.erase(customer.enrolments.begin() + static_cast<int64_t>(i));
  }
  for (const auto& [ended, journey] : reentering) EnterLater(customer, ended, *journey, context, effects);
  return absl::OkStatus();
}

// Until the first message, or the first step that acts, shopping starts the wait again.
absl::Status Resets(Customer& customer, const JourneyEvent& journey_event, const FoldContext& context,
                    Effects& effects) {
  for (Enrolment& enrolment : customer.enrolments) {
    if (enrolment.finished || enrolment.last_message_at_ms != 0 || enrolment.reactions->acted) continue;
    ASSIGN_OR_RETURN(const Journey* journey, JourneyOf(enrolment, context));
    bool resets = std::any_of(journey->reset_on.begin(), journey->reset_on.end(), [&](const Trigger& trigger) {
      return trigger.Matches(journey_event.type, journey_event.name, journey_event.segment);
    });
    if (!resets || journey_event.at_ms <= enrolment.entered_at_ms) continue;
    Enrolment again = enrolment;
    PlanFrom(customer, again, *journey, journey_event.at_ms, context);
    if (again.planned_at_ms <= enrolment.planned_at_ms) continue;
    enrolment = std::move(again);
    effects.decisions.push_back({DecisionKind::kReset,
                                 journey_event.at_ms,
                                 0,
                                 {},
                                 journey->name,
                                 "",
                                 Reason::kEvent,
                                 std::string(journey_event.name)});
  }
  return absl::OkStatus();
}

// An entry that the shop asks for says into which journey.
bool IsNamedBy(const JourneyEvent& journey_event, const Journey& journey) {
  return journey_event.type != EventType::kJourneyEntered || journey_event.event->Text("journey") == journey.name;
}

// The shop is told where it named a journey that no customer enters so.
void CheckNamed(const JourneyEvent& journey_event, const Playbook& playbook, Effects& effects) {
  if (journey_event.type != EventType::kJourneyEntered || journey_event.exits_only) return;
  const std::string_view name = journey_event.event->Text("journey");
  const std::vector<uint32_t>* entries = playbook.EntriesOn(journey_event.type, journey_event.name);
  if (entries != nullptr && std::any_of(entries->begin(), entries->end(),
                                        [&](uint32_t place) { return playbook.journeys[place].name == name; }))
    return;
  effects.notices.push_back(
      {Reason::kUnknownJourney,
       fmt::format("unknown_journey: no journey of revision {} that is entered by journey_entered is called \"{}\"",
                   playbook.revision.value(), name)});
}

}  // namespace

absl::Status Walk(Customer& customer, const JourneyEvent& journey_event, const FoldContext& context, Effects& effects) {
  if (context.playbooks.current == nullptr) return absl::OkStatus();
  const Playbook& playbook = *context.playbooks.current;
  World world(customer, CartOf(customer, journey_event), journey_event.event, playbook.shop, context.now_ms);
  const bool undated = journey_event.event != nullptr && journey_event.event->undated;
  if (!journey_event.existing) {
    if (!journey_event.exits_only) ReachGoals(customer, journey_event, world, context, effects);
    RETURN_IF_ERROR(Exits(customer, journey_event, world, context, effects));
    if (!journey_event.exits_only && !undated) {
      RETURN_IF_ERROR(Hear(customer, journey_event, world, context));
      RETURN_IF_ERROR(Resets(customer, journey_event, context, effects));
    }
  }
  CheckNamed(journey_event, playbook, effects);
  if (journey_event.history || journey_event.exits_only || !journey_event.enters) return absl::OkStatus();
  const std::vector<uint32_t>* entries = playbook.EntriesOn(journey_event.type, journey_event.name);
  if (entries == nullptr) return absl::OkStatus();
  for (uint32_t place : *entries) {
    const Journey& journey = playbook.journeys[place];
    if (journey_event.existing && !journey.existing) continue;
    if (!IsNamedBy(journey_event, journey)) continue;
    if (journey.enter_on.Matches(journey_event.type, journey_event.name, journey_event.segment))
      TryEnter(customer, journey, place, journey_event, world, context, effects);
  }
  return absl::OkStatus();
}

}  // namespace cartwheel
