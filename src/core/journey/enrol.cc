#include "core/journey/enrol.h"

#include <algorithm>

#include "base/json_text.h"
#include "base/packed.h"
#include "cartwheel/limits.h"
#include "core/journey/dedupe.h"
#include "core/journey/enrolment.h"
#include "core/journey/goals.h"
#include "core/journey/marks.h"
#include "core/journey/program.h"
#include "core/journey/rank.h"
#include "core/policy/caps.h"
#include "core/policy/withheld.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

bool IsTrue(const Condition* condition, const World& world) { return condition == nullptr || condition->Holds(world); }

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

bool MayReenter(const Customer& customer, const Journey& journey, uint64_t key, int64_t at_ms) {
  if (journey.reenter == Journey::Reenter::kAlways || journey.reenter == Journey::Reenter::kAfterExit) return true;
  for (const JourneyMark& mark : customer.ends) {
    if (mark.journey != journey.fingerprint || mark.key != key) continue;
    return journey.reenter == Journey::Reenter::kAfterSpan && at_ms >= mark.at_ms + journey.reenter_after_ms;
  }
  return true;
}

// Why a customer who would enter does not; kNone: it enters.
Reason WhyRefused(const Customer& customer, const Journey& journey, int64_t at_ms, const FoldContext& context) {
  const Policy& policy = context.playbooks.current->policy;
  if (const Reason closed = WhyClosed(context.playbooks.holds, policy, journey.name); closed != Reason::kNone)
    return closed;
  if (customer.enrolments.size() >= kEnrolmentsMax) return Reason::kEnrolmentsMax;
  if (FindBrokenEntryCap(customer, journey, at_ms, policy) != nullptr) return Reason::kCapped;
  return OutrankedBy(customer, journey, context).empty() ? Reason::kNone : Reason::kOutranked;
}

// What the shop said of the entry. False: it is too long.
bool CopyData(const JourneyEvent& journey_event, std::string* data) {
  if (journey_event.type != EventType::kJourneyEntered || journey_event.event == nullptr) return true;
  const Value said = journey_event.event->Get("data");
  if (said.is_map()) PackedWriter(data).Any(said);
  return data->size() <= kEntryDataBytesMax;
}

void Admit(Customer& customer, const Journey& journey, Enrolment enrolment, std::string_view event,
           const FoldContext& context, Effects& effects) {
  const int64_t at_ms = enrolment.entered_at_ms;
  ExitOutranked(customer, journey, at_ms, context, effects);
  if (CountsEntries(context.playbooks.current->policy)) RememberEntry(customer, {journey.fingerprint, at_ms});
  OpenWindowOfEntry(customer, enrolment, journey);
  customer.enrolments.push_back(std::move(enrolment));
  NoteEntry(journey, at_ms, Cause::OfEvent(event), effects);
}

void Enter(Customer& customer, const Journey& journey, uint32_t place, const std::string& key,
           uint64_t event_fingerprint, const JourneyEvent& journey_event, const FoldContext& context,
           Effects& effects) {
  if (const Reason refused = WhyRefused(customer, journey, journey_event.at_ms, context); refused != Reason::kNone)
    return NoteRefusedEntry(journey, journey_event.at_ms, refused, effects);
  std::string data;
  if (!CopyData(journey_event, &data))
    return NoteRefusedEntry(journey, journey_event.at_ms, Reason::kEntryDataBytesMax, effects);
  // An event without an id may be reported twice. If both reports are equal in everything, the second must not enter
  // the journey: its messages would have the same keys. (With an id it was found to be a duplicate before.)
  if (journey_event.event == nullptr || journey_event.event->id.empty()) {
    const uint64_t entry =
        SipHash(context.options.hash_key, fmt::format("{}\n{}\n{:016x}", journey.name, key, event_fingerprint));
    if (WasSeen(customer, entry, context)) return;
    RememberSeen(customer, entry, context, effects);
  }
  Enrolment enrolment = MakeEnrolment(customer, journey, place, key, event_fingerprint, journey_event.at_ms, context);
  enrolment.has_cart = journey_event.has_cart;
  enrolment.cart = journey_event.cart;
  enrolment.data = std::move(data);
  enrolment.entered_at_ms = journey_event.at_ms;
  PlanFrom(customer, enrolment, journey, journey_event.at_ms, context);
  if (journey.caps_entries())
    effects.entries.push_back(
        {customer.row, std::move(enrolment), context.ingested_at_ms, std::string(journey_event.name)});
  else
    Admit(customer, journey, std::move(enrolment), journey_event.name, context, effects);
}

// A customer who walks this journey by this key does not enter it again; the event is remembered in that enrolment.
bool WalksAlready(Customer& customer, const Journey& journey, std::string_view key, int64_t at_ms,
                  uint64_t event_fingerprint, const FoldContext& context) {
  if (journey.reenter == Journey::Reenter::kAlways) return false;
  for (Enrolment& enrolment : customer.enrolments) {
    const Journey* walked = context.playbooks.Find(enrolment.revision, enrolment.journey);
    if (walked == nullptr || walked->fingerprint != journey.fingerprint || enrolment.key != key || enrolment.finished)
      continue;
    // An entry that the shop asks for comes with data, of which nothing is left when an exit comes late.
    if (journey.enter_on.type != EventType::kJourneyEntered &&
        at_ms > std::max(enrolment.entered_at_ms, enrolment.later_at_ms)) {
      enrolment.later_at_ms = at_ms;
      enrolment.later_event = event_fingerprint;
    }
    return true;
  }
  return false;
}

}  // namespace

uint64_t EntryFingerprint(const JourneyEvent& journey_event) {
  const Event* event = journey_event.event;
  if (event != nullptr && !event->id.empty()) return SipDigest(event->id).low;
  if (event != nullptr && event->sent_fingerprint != 0)
    return Mix(event->sent_fingerprint ^ SipDigest(journey_event.name).low);
  std::string text = fmt::format("{}\n{}\n{}\n", journey_event.name, journey_event.at_ms, journey_event.cart);
  if (event != nullptr) text += event->properties;
  return SipDigest(text).low;
}

Enrolment MakeEnrolment(const Customer& customer, const Journey& journey, uint32_t place, std::string_view key,
                        uint64_t entry, int64_t at_ms, const FoldContext& context) {
  Enrolment enrolment;
  enrolment.id = SipDigest(fmt::format("{}\n{}\n{}\n{:016x}", customer.id, journey.name, key, entry));
  enrolment.revision = context.playbooks.current->revision;
  enrolment.journey = place;
  enrolment.key = key;
  enrolment.entered_at_ms = at_ms;
  enrolment.chain = context.chain;
  return enrolment;
}

void NoteRefusedEntry(const Journey& journey, int64_t at_ms, const Cause& cause, Effects& effects) {
  effects.decisions.push_back(
      {DecisionKind::kRefusedEnrolment, at_ms, 0, {}, journey.name, "", cause.reason, std::string(cause.detail)});
  effects.Count({.metric = Metric::kNotEntered, .journey = journey.name, .reason = cause.reason});
}

void NoteEntry(const Journey& journey, int64_t at_ms, const Cause& cause, Effects& effects) {
  ++effects.enrolments;
  effects.Count({.metric = Metric::kEntered, .journey = journey.name});
  effects.decisions.push_back(
      {DecisionKind::kEntered, at_ms, 0, {}, journey.name, "", cause.reason, std::string(cause.detail)});
}

void TryEnter(Customer& customer, const Journey& journey, uint32_t place, const JourneyEvent& journey_event,
              const World& world, const FoldContext& context, Effects& effects) {
  std::string key;
  if (!IsTrue(journey.enter_when.get(), world) || !KeyOf(journey.key.get(), world, &key)) return;
  uint64_t fingerprint = KeyFingerprint(key);
  if (WasExitedBefore(customer.exits, journey, key,
                      journey_event.has_cart && journey.key != nullptr && key == journey_event.cart,
                      journey_event.at_ms))
    return;
  uint64_t event_fingerprint = EntryFingerprint(journey_event);
  if (WalksAlready(customer, journey, key, journey_event.at_ms, event_fingerprint, context)) return;
  if (!MayReenter(customer, journey, fingerprint, journey_event.at_ms)) return;
  Enter(customer, journey, place, key, event_fingerprint, journey_event, context, effects);
}

void GrantEntry(Customer& customer, EntryAsk ask, TakePlace take_place, const FoldContext& context, Effects& effects) {
  Enrolment& enrolment = ask.enrolment;
  const Journey& journey = context.playbooks.current->journeys[enrolment.journey];
  const int64_t at_ms = enrolment.entered_at_ms;
  if (WalksAlready(customer, journey, enrolment.key, at_ms, 0, context)) return;
  if (const std::string_view cap = take_place(journey, ask.asked_at_ms); !cap.empty())
    return NoteRefusedEntry(journey, at_ms, {Reason::kCapped, cap}, effects);
  Admit(customer, journey, std::move(enrolment), ask.event, context, effects);
}

void EnterLater(Customer& customer, const Enrolment& ended, const Journey& journey, const FoldContext& context,
                Effects& effects) {
  if (context.playbooks.current == nullptr || ended.later_at_ms == 0) return;
  const auto& journeys = context.playbooks.current->journeys;
  auto now = std::find_if(journeys.begin(), journeys.end(),
                          [&](const Journey& j) { return j.fingerprint == journey.fingerprint; });
  if (now == journeys.end() || !MayReenter(customer, *now, KeyFingerprint(ended.key), ended.later_at_ms)) return;
  if (WasExitedBefore(customer.exits, *now, ended.key, IsAboutCart(ended, *now), ended.later_at_ms)) return;
  // What ended may have been a walk that was done and waited for its messages, and another may have begun since.
  if (WalksAlready(customer, *now, ended.key, ended.later_at_ms, ended.later_event, context)) return;
  JourneyEvent later{.name = now->schedule ? kScheduleCause : std::string_view(now->enter_on.name),
                     .at_ms = ended.later_at_ms,
                     .has_cart = ended.has_cart,
                     .cart = ended.cart};
  World world(customer, later.has_cart ? customer.FindCart(later.cart) : nullptr, nullptr,
              context.playbooks.current->shop, context.now_ms);
  if (!IsTrue(now->enter_when.get(), world)) return;
  Enter(customer, *now, static_cast<uint32_t>(now - journeys.begin()), ended.key, ended.later_event, later, context,
        effects);
}

}  // namespace cartwheel
