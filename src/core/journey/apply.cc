#include "core/journey/apply.h"

#include <algorithm>

#include "base/status.h"
#include "cartwheel/limits.h"
#include "core/journey/call.h"
#include "core/journey/clicks.h"
#include "core/journey/commerce.h"
#include "core/journey/consents.h"
#include "core/journey/dedupe.h"
#include "core/journey/duties.h"
#include "core/journey/endpoints.h"
#include "core/journey/engagement.h"
#include "core/journey/flow.h"
#include "core/journey/identity.h"
#include "core/journey/past.h"
#include "core/journey/program.h"
#include "core/journey/receipt.h"
#include "core/journey/revoke.h"
#include "core/journey/segments.h"
#include "core/journey/suppressions.h"
#include "core/journey/walk.h"

namespace cartwheel {
namespace {

// Notes that the customer was seen. Returns the parts that it changed.
uint32_t See(Customer& customer, const Event& event, bool by_machine) {
  uint32_t parts = 0;
  if (event.undated) return parts;
  if (customer.first_seen_at_ms == 0 || event.at_ms < customer.first_seen_at_ms) {
    customer.first_seen_at_ms = event.at_ms;
    parts |= kPartFirstSeen;
  }
  if (!by_machine && IsActivity(event) && event.at_ms > customer.last_seen_at_ms) {
    parts |= customer.last_seen_at_ms > 0 ? kPartSeenLater : kPartLastSeen;
    customer.last_seen_at_ms = event.at_ms;
  }
  return parts;
}

// Returns the parts that this event may have changed beyond those of its instant and what a merge judged.
uint32_t PartsTouched(const Customer& customer, const Event& event, const JourneyEvents& journey_events) {
  uint32_t parts = 0;
  // Every event that is about a cart is a touch of it, and with several carts another one may be at hand now.
  if (std::any_of(journey_events.begin(), journey_events.end(), [](const JourneyEvent& h) { return h.has_cart; }))
    parts |= kPartCartActivity | (customer.carts.size() > 1 ? kPartCarts : 0);
  switch (event.type) {
    case EventType::kIdentify:
      return parts | kPartAttributes;
    case EventType::kEndpointAdded:
    case EventType::kEndpointRemoved:
      return parts | kPartEndpoints;
    case EventType::kOrderCompleted:
    case EventType::kOrderCancelled:
    case EventType::kOrderRefunded:
      return parts | kPartOrders | kPartCarts | kPartCartActivity;
    case EventType::kProductAdded:
    case EventType::kWishlistProductAddedToCart:
    case EventType::kProductRemoved:
    case EventType::kCartUpdated:
    case EventType::kCartEmptied:
      return parts | kPartCarts;
    default:
      return parts;
  }
}

// Remembers what happened and walks it, then judges the segments.
absl::Status ApplyToJourneys(Customer& customer, const JourneyEvents& journey_events, uint32_t parts,
                             const FoldContext& context, Effects& effects) {
  std::vector<uint64_t> types;
  for (const JourneyEvent& journey_event : journey_events)
    if (const uint64_t type = Remember(customer, journey_event, context, effects); type != 0) types.push_back(type);
  for (const JourneyEvent& journey_event : journey_events)
    RETURN_IF_ERROR(Walk(customer, journey_event, context, effects));
  return JudgeSegments(customer, parts, types, context, effects);
}

// An event whose type is one slip from an exit exits what that one would, and does nothing else: no cart is closed
// and nothing is counted.
absl::Status ExitAsNeighbour(Customer& customer, const Event& event, const FoldContext& context,
                             JourneyEvents& journey_events, Effects& effects) {
  journey_events.push_back(
      {.type = event.exits_as, .name = event.type_name, .at_ms = event.at_ms, .event = &event, .exits_only = true});
  if (IsAboutConsent(event.exits_as))
    return RevokeAdvertisements(customer, Cause::OfEvent(event.type_name), context, effects);
  if (event.exits_as != EventType::kEndpointRemoved) return absl::OkStatus();
  return RevokeForChannel(customer, event.Text("channel"), Cause::OfEvent(event.type_name), false, context, effects);
}

// What an event does to carts and journeys. `by_machine`: the customer did nothing.
absl::Status ApplyToCustomer(Customer& customer, const Event& event, bool by_machine, const FoldContext& context,
                             Effects& effects) {
  if (effects.refusal || IsNobody(customer)) return absl::OkStatus();
  JourneyEvents journey_events;
  if (!by_machine) RETURN_IF_ERROR(ApplyCommerce(customer, event, context, journey_events, effects));
  if (effects.refusal) return absl::OkStatus();
  const uint32_t seen = See(customer, event, by_machine);
  if (event.exits_as != EventType::kCustom)
    RETURN_IF_ERROR(ExitAsNeighbour(customer, event, context, journey_events, effects));
  return ApplyToJourneys(customer, journey_events, seen | PartsTouched(customer, event, journey_events), context,
                         effects);
}

// Applies the clicks of which it is known by now that a reader made them.
absl::Status ApplyJudgedClicks(Customer& customer, const FoldContext& context, Effects& effects) {
  for (UnjudgedClick click; TakeJudged(customer, context.now_ms, &click);) {
    Event event;
    EventCursor cursor(click.event);
    if (!cursor.Next(&event)) return absl::InternalError("a click that waits cannot be read");
    FoldContext of_click = context;
    of_click.ingested_at_ms = click.ingested_at_ms;
    of_click.position = click.position;
    RETURN_IF_ERROR(ApplyToCustomer(customer, event, /*by_machine=*/false, of_click, effects));
    effects.refusal.reset();  // no event of this turn was refused
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ApplyEvent(Customer& customer, const Event& event, const FoldContext& outer, Effects& effects) {
  FoldContext context = outer;
  context.chain = event.chain;
  if (event.type == EventType::kReceipt) return ApplyReceipt(customer, event, context, effects);
  const uint64_t fingerprint = event.id.empty() ? 0 : SipHash(context.options.hash_key, event.id);
  if (!event.id.empty() && WasSeen(customer, fingerprint, context)) {
    effects.duplicate = true;
    return absl::OkStatus();
  }
  ForgetOldSeen(customer, context);
  if (!event.id.empty()) RememberSeen(customer, fingerprint, context, effects);
  // What is said of an address binds it, also when its customer was erased.
  const bool by_address = event.customer.empty() && event.anonymous_id.empty() && IsAboutConsent(event.type);
  if (customer.erased_at_ms != 0 && event.at_ms <= customer.erased_at_ms && !by_address &&
      !IsAboutAddress(event.type)) {
    effects.refusal = Refusal{Reason::kErased, "erased: the event is dated before the erasure of its customer"};
    return ApplyRefusalAlone(customer, event, context, effects);
  }
  Engagement engagement = Engagement::kOfReader;
  switch (event.type) {
    case EventType::kErase:
      return Erase(customer, event.at_ms, context, effects);
    case EventType::kIdentify:
      SetAttributes(customer, event, effects);
      break;
    case EventType::kEndpointAdded:
      AddEndpoint(customer, event, context, effects);
      RETURN_IF_ERROR(WakeDuties(customer, context));
      RETURN_IF_ERROR(WakeUnreached(customer, context));
      break;
    case EventType::kEndpointRemoved:
      RETURN_IF_ERROR(
          RemoveEndpoint(customer, event.Text("channel"), event.Text("address"), event.at_ms, context, effects));
      break;
    case EventType::kMessageOpened:
    case EventType::kMessageClicked:
      engagement = RecordEngagement(customer, event, context, effects);
      if (engagement == Engagement::kUnjudged) return absl::OkStatus();
      break;
    case EventType::kCallAnswered:
      RETURN_IF_ERROR(TakeAnswer(customer, event, context, effects));
      break;
    case EventType::kPermissionAsked:
      customer.push_ask.Take({event.at_ms, FindPushAnswer(event.Text("permission")).value_or(PushAnswer::kDismissed)});
      break;
    default:
      if (IsAboutAddress(event.type)) RETURN_IF_ERROR(ApplyToAddress(customer, event, context, effects));
      if (!IsAboutConsent(event.type)) break;
      RETURN_IF_ERROR(ApplyConsent(customer, event, context, effects));
      RETURN_IF_ERROR(WakeUnreached(customer, context));
      break;
  }
  return ApplyToCustomer(customer, event, engagement == Engagement::kOfMachine, context, effects);
}

absl::Status ApplyAlarm(Customer& customer, const FoldContext& context, Effects& effects) {
  RETURN_IF_ERROR(ApplyJudgedClicks(customer, context, effects));
  if (!customer.unjudged_clicks.empty()) return absl::OkStatus();  // what it might stop waits too
  JourneyEvents journey_events;
  RETURN_IF_ERROR(ExpireCarts(customer, context, journey_events, effects));
  if (!journey_events.empty())
    RETURN_IF_ERROR(ApplyToJourneys(customer, journey_events, kPartCarts | kPartCartActivity, context, effects));
  RETURN_IF_ERROR(JudgeDueSegments(customer, context, effects));
  EnterDueReconfirmations(customer, context, effects);
  Acted acted;
  RETURN_IF_ERROR(RunDue(customer, context, effects, &acted));
  if (!acted.attributes) return absl::OkStatus();
  FoldContext inner = context;
  inner.chain = acted.chain;
  return JudgeSegments(customer, kPartAttributes, {}, inner, effects);
}

absl::Status ApplyExit(Customer& customer, const Event& event, const FoldContext& context, Effects& effects) {
  JourneyEvents journey_events;
  if (event.type == EventType::kOrderCompleted)
    RETURN_IF_ERROR(ExitForOrder(customer, event, context, journey_events, effects));
  if (event.exits_as != EventType::kCustom)
    RETURN_IF_ERROR(ExitAsNeighbour(customer, event, context, journey_events, effects));
  for (const JourneyEvent& journey_event : journey_events)
    RETURN_IF_ERROR(Walk(customer, journey_event, context, effects));
  return JudgeSegments(customer, kPartCarts | kPartCartActivity, {}, context, effects);
}

absl::Status ApplyEndpointTaken(Customer& customer, std::string_view channel, std::string_view address, int64_t at_ms,
                                const FoldContext& context, Effects& effects) {
  RETURN_IF_ERROR(LoseEndpoint(customer, channel, address, at_ms, context, effects));
  return JudgeSegments(customer, kPartEndpoints, {}, context, effects);
}

}  // namespace cartwheel
