#include "core/journey/walk.h"

#include <algorithm>

#include "base/status.h"
#include "core/journey/enrol.h"
#include "core/journey/enrolment.h"
#include "core/journey/exit.h"
#include "core/journey/marks.h"
#include "core/journey/program.h"
#include "core/message/world.h"

namespace cartwheel {
namespace {

const Cart* CartOf(Customer& customer, const Happening& happening) {
  return happening.has_cart ? customer.FindCart(happening.cart) : nullptr;
}

// Whether the event ends walks by this exit. A condition that cannot be evaluated ends them: silence is the smaller
// fault.
bool IsExit(const cartwheel::Exit& exit, const Happening& happening, const World& world) {
  return exit.on.Matches(happening.type, happening.name, happening.segment) &&
         (exit.when == nullptr || exit.when->Holds(world, nullptr, true));
}

// A purchase ends every walk about a cart, whatever its exits say. So does a near miss of what stops or takes away:
// what it would have done to the cart or the address is not done, and nothing that may be untrue by now is sent.
bool EndsCartWalks(const Happening& happening) {
  if (happening.type == EventType::kOrderCompleted) return true;
  const bool near_miss =
      happening.event != nullptr && happening.event->stops_as == happening.type && happening.exits_only;
  return near_miss && (happening.type == EventType::kCartEmptied || happening.type == EventType::kProductRemoved ||
                       happening.type == EventType::kEndpointRemoved);
}

// Clocks of devices lie: an exit that is heard soon after its time also ends what was entered by events dated after it.
// One that the engine derived from what is left in a cart does not.
bool EndsAllEntered(const Happening& happening, const FoldContext& context) {
  return happening.event != nullptr && !happening.told_again &&
         (happening.event->type == happening.type || happening.event->type == EventType::kCustom) &&
         context.ingested_at_ms - happening.at_ms <= context.options.late_stop_max_ms;
}

// An event about one cart ends what is about that cart, and whatever is not about a cart.
bool Concerns(const Happening& happening, const Enrolment& enrolment, const Journey& journey) {
  return !happening.only_that_cart || !IsAboutCart(enrolment, journey) || enrolment.cart == happening.cart;
}

absl::Status Exits(Customer& customer, const Happening& happening, const World& world, const FoldContext& context,
                   Effects& effects) {
  for (const Journey& journey : context.playbooks.current->journeys) {
    bool leaves = EndsCartWalks(happening) && IsAboutCarts(journey.enter_on.type);
    for (const cartwheel::Exit& exit : journey.exits) leaves = leaves || IsExit(exit, happening, world);
    if (leaves)
      SetMark(customer.exits, journey.fingerprint, happening.only_that_cart ? KeyFingerprint(happening.cart) : 0,
              happening.at_ms);
  }
  const bool all_entered = EndsAllEntered(happening, context);
  std::vector<std::pair<Enrolment, const Journey*>> reentering;
  for (size_t i = 0; i < customer.enrolments.size();) {
    Enrolment& enrolment = customer.enrolments[i];
    ASSIGN_OR_RETURN(const Journey* journey, JourneyOf(enrolment, context));
    bool leaves = false;
    if ((all_entered || enrolment.entered_at_ms <= happening.at_ms) && Concerns(happening, enrolment, *journey)) {
      leaves = EndsCartWalks(happening) && enrolment.has_cart && IsAboutCarts(journey->enter_on.type);
      for (const cartwheel::Exit& exit : journey->exits) leaves = leaves || IsExit(exit, happening, world);
    }
    if (!leaves) {
      ++i;
      continue;
    }
    End(customer, enrolment, *journey, happening.name, happening.at_ms, context, effects);
    if (!all_entered && enrolment.later_at_ms > happening.at_ms) reentering.emplace_back(enrolment, journey);
    customer.enrolments.erase(customer.enrolments.begin() + static_cast<int64_t>(i));
  }
  for (const auto& [ended, journey] : reentering) EnterLater(customer, ended, *journey, context, effects);
  return absl::OkStatus();
}

// Until the first message, shopping starts the wait again.
absl::Status Resets(Customer& customer, const Happening& happening, const FoldContext& context, Effects& effects) {
  for (Enrolment& enrolment : customer.enrolments) {
    if (enrolment.finished || enrolment.last_message_at_ms != 0) continue;
    ASSIGN_OR_RETURN(const Journey* journey, JourneyOf(enrolment, context));
    bool resets = std::any_of(journey->reset_on.begin(), journey->reset_on.end(), [&](const Trigger& trigger) {
      return trigger.Matches(happening.type, happening.name, happening.segment);
    });
    if (!resets || happening.at_ms <= enrolment.entered_at_ms) continue;
    Enrolment again = enrolment;
    PlanFrom(again, *journey, happening.at_ms);
    if (again.planned_at_ms <= enrolment.planned_at_ms) continue;
    enrolment = std::move(again);
    effects.decisions.push_back(
        {DecisionKind::kReset, happening.at_ms, 0, 0, journey->name, "", std::string(happening.name)});
  }
  return absl::OkStatus();
}

void Goals(Customer& customer, const Happening& happening, const FoldContext& context, Effects& effects) {
  for (const Journey& journey : context.playbooks.current->journeys) {
    if (!journey.has_goal || !journey.goal_on.Matches(happening.type, happening.name, happening.segment)) continue;
    uint64_t key = happening.only_that_cart ? KeyFingerprint(happening.cart) : 0;
    std::erase_if(customer.touches, [&](const Touch& touch) {
      bool same = touch.journey == journey.fingerprint && (key == 0 || touch.key == key);
      if (!same || happening.at_ms < touch.at_ms || happening.at_ms > touch.until_ms) return false;
      effects.Count("converted\t" + journey.name, 1, happening.value);
      effects.decisions.push_back(
          {DecisionKind::kConverted, happening.at_ms, 0, 0, journey.name, "", std::string(happening.name)});
      return true;
    });
  }
}

}  // namespace

absl::Status Walk(Customer& customer, const Happening& happening, const FoldContext& context, Effects& effects) {
  if (context.playbooks.current == nullptr) return absl::OkStatus();
  const Playbook& playbook = *context.playbooks.current;
  World world(customer, CartOf(customer, happening), happening.event, playbook.shop, context.now_ms);
  const bool undated = happening.event != nullptr && happening.event->undated;
  if (!happening.existing) {
    if (!happening.exits_only) Goals(customer, happening, context, effects);
    RETURN_IF_ERROR(Exits(customer, happening, world, context, effects));
    if (!happening.exits_only && !undated) RETURN_IF_ERROR(Resets(customer, happening, context, effects));
  }
  if (happening.history || happening.exits_only || !happening.enters) return absl::OkStatus();
  const std::vector<uint32_t>* entries = playbook.EntriesOn(happening.type, happening.name);
  if (entries == nullptr) return absl::OkStatus();
  for (uint32_t place : *entries) {
    const Journey& journey = playbook.journeys[place];
    if (happening.existing && !journey.existing) continue;
    if (journey.enter_on.Matches(happening.type, happening.name, happening.segment))
      TryEnter(customer, journey, place, happening, world, context, effects);
  }
  return absl::OkStatus();
}

}  // namespace cartwheel
