#include "core/journey/walk.h"

#include <algorithm>

#include "base/status.h"
#include "cartwheel/limits.h"
#include "core/message/world.h"
#include "core/policy/gate.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

constexpr size_t kMarksMax = 64;  // of one customer; the oldest is forgotten first

const Cart* CartOf(Customer& customer, const Happening& happening) {
  return happening.has_cart ? customer.FindCart(happening.cart) : nullptr;
}

bool Holds(const Condition* condition, const World& world) { return condition == nullptr || condition->Holds(world); }

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
bool EndsAllEntered(const Happening& happening, const StepContext& context) {
  return happening.event != nullptr && !happening.told_again &&
         (happening.event->type == happening.type || happening.event->type == EventType::kCustom) &&
         context.ingested_at_ms - happening.at_ms <= context.options.late_stop_max_ms;
}

// The key as text; empty without a key. False when it cannot be evaluated.
bool KeyOf(const Condition* expression, const World& world, std::string* key) {
  key->clear();
  if (expression == nullptr) return true;
  absl::StatusOr<Evaluated> value = expression->Evaluate(world);
  if (!value.ok()) return false;
  if (value->is_string())
    *key = value->text();
  else
    AppendJson(*value, key);
  return key->size() <= kIdBytesMax;
}

// An event about one cart ends what is about that cart, and whatever is not about a cart.
bool Concerns(const Happening& happening, const Enrolment& enrolment, const Journey& journey) {
  return !happening.only_that_cart || !IsAboutCart(enrolment, journey) || enrolment.cart == happening.cart;
}

void RevokeOpen(Enrolment& enrolment, const Journey& journey, size_t index, std::string_view reason, int64_t now_ms,
                Effects& effects) {
  const OpenMessage message = enrolment.messages[index];
  enrolment.messages.erase(enrolment.messages.begin() + static_cast<int64_t>(index));
  if (!message.overtaken()) Revoke(message, journey, reason, now_ms, effects);
}

// Ends a walk before its time; the caller removes the enrolment.
void End(Customer& customer, Enrolment& enrolment, const Journey& journey, std::string_view reason, int64_t at_ms,
         const StepContext& context, Effects& effects) {
  while (!enrolment.messages.empty())
    RevokeOpen(enrolment, journey, enrolment.messages.size() - 1, reason, context.now_ms, effects);
  if (enrolment.finished) return;
  MarkEnd(customer, enrolment, journey, at_ms);
  effects.Count(fmt::format("exited\t{}\t{}", journey.name, reason));
  ++effects.exits;
  effects.decisions.push_back({DecisionKind::kExited, at_ms, 0, 0, journey.name, "", std::string(reason)});
}

bool MayReenter(const Customer& customer, const Journey& journey, uint64_t key, int64_t at_ms) {
  if (journey.reenter == Journey::Reenter::kAlways || journey.reenter == Journey::Reenter::kAfterExit) return true;
  for (const Mark& mark : customer.ends) {
    if (mark.journey != journey.fingerprint || mark.key != key) continue;
    return journey.reenter == Journey::Reenter::kAfterSpan && at_ms >= mark.at_ms + journey.reenter_after_ms;
  }
  return true;
}

// Names the event that entered, the same in every replay.
uint64_t Fingerprint(const Happening& happening) {
  const Event* event = happening.event;
  if (event != nullptr && !event->id.empty()) return SipDigest(event->id).low;
  if (event != nullptr && event->sent_fingerprint != 0)
    return Mix(event->sent_fingerprint ^ SipDigest(happening.name).low);
  std::string text = fmt::format("{}\n{}\n{}\n", happening.name, happening.at_ms, happening.cart);
  if (event != nullptr) text += event->properties;
  return SipDigest(text).low;
}

void Enter(Customer& customer, const Journey& journey, uint32_t place, const std::string& key, uint64_t event,
           const Happening& happening, const StepContext& context, Effects& effects) {
  if (customer.enrolments.size() >= kEnrolmentsMax) {
    effects.decisions.push_back(
        {DecisionKind::kRefusedEnrolment, happening.at_ms, 0, 0, journey.name, "", "enrolments_max"});
    effects.Count(fmt::format("not_entered\t{}\tenrolments_max", journey.name));
    return;
  }
  // What has no id may be told again; the same in everything, it must not bring the same messages again. (An event with
  // an id is a duplicate before it comes here.)
  if (happening.event == nullptr || happening.event->id.empty()) {
    const uint64_t entry = SipHash(context.options.hash_key, fmt::format("{}\n{}\n{:016x}", journey.name, key, event));
    if (WasSeen(customer, entry, context)) return;
    RememberSeen(customer, entry, context, effects);
  }
  Enrolment enrolment;
  enrolment.id = SipDigest(fmt::format("{}\n{}\n{}\n{:016x}", customer.id, journey.name, key, event));
  enrolment.revision = context.playbooks.current->revision;
  enrolment.journey = place;
  enrolment.key = key;
  enrolment.has_cart = happening.has_cart;
  enrolment.cart = happening.cart;
  enrolment.entered_at_ms = happening.at_ms;
  PlanFrom(enrolment, journey, happening.at_ms);
  customer.enrolments.push_back(std::move(enrolment));
  ++effects.enrolments;
  effects.Count("entered\t" + journey.name);
  effects.decisions.push_back(
      {DecisionKind::kEntered, happening.at_ms, 0, 0, journey.name, "", std::string(happening.name)});
}

// Somebody who walks this journey by this key does not enter it again; what would have entered is remembered there.
bool WalksAlready(Customer& customer, const Journey& journey, std::string_view key, int64_t at_ms, uint64_t event,
                  const StepContext& context) {
  if (journey.reenter == Journey::Reenter::kAlways) return false;
  for (Enrolment& enrolment : customer.enrolments) {
    const Journey* walked = context.playbooks.Find(enrolment.revision, enrolment.journey);
    if (walked == nullptr || walked->fingerprint != journey.fingerprint || enrolment.key != key || enrolment.finished)
      continue;
    if (at_ms > std::max(enrolment.entered_at_ms, enrolment.later_at_ms)) {
      enrolment.later_at_ms = at_ms;
      enrolment.later_event = event;
    }
    return true;
  }
  return false;
}

// The event's entry into one journey, when everything allows it.
void TryEnter(Customer& customer, const Journey& journey, uint32_t place, const Happening& happening,
              const World& world, const StepContext& context, Effects& effects) {
  std::string key;
  if (!Holds(journey.enter_when.get(), world) || !KeyOf(journey.key.get(), world, &key)) return;
  uint64_t fingerprint = KeyFingerprint(key);
  if (LeftBy(customer.exits, journey, key, happening.has_cart && journey.key != nullptr && key == happening.cart,
             happening.at_ms))
    return;
  uint64_t event = Fingerprint(happening);
  if (WalksAlready(customer, journey, key, happening.at_ms, event, context)) return;
  if (!MayReenter(customer, journey, fingerprint, happening.at_ms)) return;
  Enter(customer, journey, place, key, event, happening, context, effects);
}

absl::Status Exits(Customer& customer, const Happening& happening, const World& world, const StepContext& context,
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
absl::Status Resets(Customer& customer, const Happening& happening, const StepContext& context, Effects& effects) {
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

void Goals(Customer& customer, const Happening& happening, const StepContext& context, Effects& effects) {
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

absl::StatusOr<const Journey*> JourneyOf(const Enrolment& enrolment, const StepContext& context) {
  const Journey* journey = context.playbooks.Find(enrolment.revision, enrolment.journey);
  if (journey != nullptr) return journey;
  return absl::InternalError(fmt::format("an enrolment walks journey {} of revision {}, which does not exist",
                                         enrolment.journey, enrolment.revision));
}

uint64_t KeyFingerprint(std::string_view key) { return SipDigest(key).low | 1; }

bool LeftBy(const std::vector<Mark>& exits, const Journey& journey, std::string_view key, bool about_a_cart,
            int64_t at_ms) {
  uint64_t fingerprint = KeyFingerprint(key);
  return std::any_of(exits.begin(), exits.end(), [&](const Mark& mark) {
    return mark.journey == journey.fingerprint && (mark.key == 0 || mark.key == fingerprint || !about_a_cart) &&
           at_ms <= mark.at_ms;
  });
}

Mark& SetMark(std::vector<Mark>& marks, uint64_t journey, uint64_t key, int64_t at_ms) {
  for (Mark& mark : marks) {
    if (mark.journey != journey || mark.key != key) continue;
    mark.at_ms = std::max(mark.at_ms, at_ms);
    return mark;
  }
  if (marks.size() >= kMarksMax)
    marks.erase(
        std::min_element(marks.begin(), marks.end(), [](const Mark& a, const Mark& b) { return a.at_ms < b.at_ms; }));
  return marks.emplace_back(Mark{journey, key, at_ms});
}

void MarkEnd(Customer& customer, const Enrolment& enrolment, const Journey& journey, int64_t at_ms) {
  Mark& mark = SetMark(customer.ends, journey.fingerprint, KeyFingerprint(enrolment.key), at_ms);
  mark.message_at_ms = std::max(mark.message_at_ms, enrolment.last_message_at_ms);
}

void EnterLater(Customer& customer, const Enrolment& ended, const Journey& journey, const StepContext& context,
                Effects& effects) {
  if (context.playbooks.current == nullptr || ended.later_at_ms == 0) return;
  const auto& journeys = context.playbooks.current->journeys;
  auto now = std::find_if(journeys.begin(), journeys.end(),
                          [&](const Journey& j) { return j.fingerprint == journey.fingerprint; });
  if (now == journeys.end() || !MayReenter(customer, *now, KeyFingerprint(ended.key), ended.later_at_ms)) return;
  if (LeftBy(customer.exits, *now, ended.key, IsAboutCart(ended, *now), ended.later_at_ms)) return;
  // What ended may have been a walk that was done and waited for its messages, and another may have begun since.
  if (WalksAlready(customer, *now, ended.key, ended.later_at_ms, ended.later_event, context)) return;
  Happening later{
      .name = now->enter_on.name, .at_ms = ended.later_at_ms, .has_cart = ended.has_cart, .cart = ended.cart};
  World world(customer, CartOf(customer, later), nullptr, context.playbooks.current->shop, context.now_ms);
  if (!Holds(now->enter_when.get(), world)) return;
  Enter(customer, *now, static_cast<uint32_t>(now - journeys.begin()), ended.key, ended.later_event, later, context,
        effects);
}

absl::Status Walk(Customer& customer, const Happening& happening, const StepContext& context, Effects& effects) {
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

absl::Status EndAll(Customer& customer, std::string_view reason, const StepContext& context, Effects& effects) {
  for (Enrolment& enrolment : customer.enrolments) {
    ASSIGN_OR_RETURN(const Journey* journey, JourneyOf(enrolment, context));
    End(customer, enrolment, *journey, reason, context.now_ms, context, effects);
  }
  customer.enrolments.clear();
  return absl::OkStatus();
}

void Revoke(const OpenMessage& message, const Journey& journey, std::string_view reason, int64_t now_ms,
            Effects& effects) {
  effects.revocations.push_back({message.id, std::string(reason)});
  effects.decisions.push_back({DecisionKind::kRevoked, now_ms, 0, message.id, journey.name,
                               journey.steps[message.step].name, std::string(reason)});
}

absl::Status RevokeForCart(Customer& customer, std::string_view cart, const StepContext& context, Effects& effects) {
  for (Enrolment& enrolment : customer.enrolments) {
    if (!enrolment.has_cart || enrolment.cart != cart) continue;
    ASSIGN_OR_RETURN(const Journey* journey, JourneyOf(enrolment, context));
    for (size_t i = enrolment.messages.size(); i-- > 0;) {
      const Step& step = journey->steps[enrolment.messages[i].step];
      if (!PurposeStands(*step.message_template, nullptr))
        RevokeOpen(enrolment, *journey, i, "purpose_ended", context.now_ms, effects);
    }
  }
  return absl::OkStatus();
}

absl::Status RevokeForChannel(Customer& customer, std::string_view channel, std::string_view reason,
                              bool advertisements_only, const StepContext& context, Effects& effects) {
  for (Enrolment& enrolment : customer.enrolments) {
    ASSIGN_OR_RETURN(const Journey* journey, JourneyOf(enrolment, context));
    for (size_t i = enrolment.messages.size(); i-- > 0;) {
      const OpenMessage& message = enrolment.messages[i];
      const Step& step = journey->steps[message.step];
      if (step.via[message.via] != channel) continue;
      if (!advertisements_only || step.message_template->message_class == MessageClass::kAdvertisement)
        RevokeOpen(enrolment, *journey, i, reason, context.now_ms, effects);
    }
  }
  return absl::OkStatus();
}

}  // namespace cartwheel
