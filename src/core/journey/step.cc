#include "core/journey/step.h"

#include <algorithm>

#include "base/status.h"
#include "cartwheel/limits.h"
#include "core/journey/commerce.h"
#include "core/journey/identity.h"
#include "core/journey/past.h"
#include "core/journey/segments.h"
#include "core/journey/sent.h"
#include "core/journey/walk.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

// What this event may have changed of what segments look at, beyond what a merge judged.
uint32_t PartsTouched(const Customer& customer, const Event& event, const std::vector<Happening>& happenings) {
  uint32_t parts = kPartSeen;
  // Every event that is about a cart is a touch of it, and with several carts another one may be at hand now.
  if (std::any_of(happenings.begin(), happenings.end(), [](const Happening& h) { return h.has_cart; }))
    parts |= kPartCartTouch | (customer.carts.size() > 1 ? kPartCarts : 0);
  switch (event.type) {
    case EventType::kIdentify:
      return parts | kPartAttributes;
    case EventType::kEndpointAdded:
    case EventType::kEndpointRemoved:
      return parts | kPartEndpoints;
    case EventType::kOrderCompleted:
    case EventType::kOrderCancelled:
    case EventType::kOrderRefunded:
      return parts | kPartOrders | kPartCarts | kPartCartTouch;
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
absl::Status Happen(Customer& customer, const std::vector<Happening>& happenings, uint32_t parts,
                    const StepContext& context, Effects& effects) {
  std::vector<uint64_t> types;
  for (const Happening& happening : happenings)
    if (const uint64_t type = Remember(customer, happening, context, effects); type != 0) types.push_back(type);
  for (const Happening& happening : happenings) RETURN_IF_ERROR(Walk(customer, happening, context, effects));
  return JudgeSegments(customer, parts, types, context, effects);
}

// An event whose type is one slip from one that stops ends what that one would end, and nothing else: no cart is closed
// and nothing is counted.
absl::Status StopAsNeighbour(Customer& customer, const Event& event, const StepContext& context,
                             std::vector<Happening>& happenings, Effects& effects) {
  happenings.push_back(
      {.type = event.stops_as, .name = event.type_name, .at_ms = event.at_ms, .event = &event, .exits_only = true});
  if (event.stops_as != EventType::kEndpointRemoved) return absl::OkStatus();
  return RevokeForChannel(customer, event.Text("channel"), event.type_name, false, context, effects);
}

int64_t ForgetBefore(const StepContext& context) { return context.ingested_at_ms - context.options.dedupe_window_ms; }

}  // namespace

bool WasSeen(const Customer& customer, uint64_t fingerprint, const StepContext& context) {
  return std::any_of(customer.seen.begin(), customer.seen.end(), [&](const Seen& seen) {
    return seen.id == fingerprint && seen.ingested_at_ms >= ForgetBefore(context);
  });
}

void RememberSeen(Customer& customer, uint64_t fingerprint, const StepContext& context, Effects& effects) {
  if (customer.seen.size() >= kDedupeIdsMax) {
    customer.seen.erase(customer.seen.begin());
    ++effects.seen_overflow;
  }
  customer.seen.push_back({fingerprint, context.ingested_at_ms});
}

bool IsDuplicate(const Customer& customer, const Event& event, const StepContext& context) {
  return !event.id.empty() && WasSeen(customer, SipHash(context.options.hash_key, event.id), context);
}

absl::Status StepEvent(Customer& customer, const Event& event, const StepContext& context, Effects& effects) {
  if (event.type == EventType::kReceipt) return StepReceipt(customer, event, context, effects);
  if (IsDuplicate(customer, event, context)) {
    effects.duplicate = true;
    return absl::OkStatus();
  }
  std::erase_if(customer.seen, [&](const Seen& seen) { return seen.ingested_at_ms < ForgetBefore(context); });
  if (!event.id.empty()) RememberSeen(customer, SipHash(context.options.hash_key, event.id), context, effects);
  if (customer.erased_at_ms != 0 && event.at_ms <= customer.erased_at_ms) {
    effects.refusal = Refusal{"erased", fmt::format("erased: the event is dated before the erasure of its customer")};
    return absl::OkStatus();
  }
  switch (event.type) {
    case EventType::kErase:
      return Erase(customer, event.at_ms, context, effects);
    case EventType::kIdentify:
      SetAttributes(customer, event, effects);
      break;
    case EventType::kEndpointAdded:
      AddEndpoint(customer, event, effects);
      break;
    case EventType::kEndpointRemoved:
      RETURN_IF_ERROR(RemoveEndpoint(customer, event.Text("channel"), event.Text("address"), event.at_ms,
                                     "endpoint_removed", context, effects));
      break;
    case EventType::kMessageOpened:
    case EventType::kMessageClicked:
      HearOfMessage(customer, event, context, effects);
      break;
    default:
      break;
  }
  if (effects.refusal) return absl::OkStatus();
  std::vector<Happening> happenings;
  RETURN_IF_ERROR(ApplyCommerce(customer, event, context, happenings, effects));
  if (effects.refusal) return absl::OkStatus();
  if (!event.undated && (customer.first_seen_at_ms == 0 || event.at_ms < customer.first_seen_at_ms))
    customer.first_seen_at_ms = event.at_ms;
  if (!event.undated && IsActivity(event.type))
    customer.last_seen_at_ms = std::max(customer.last_seen_at_ms, event.at_ms);
  if (event.stops_as != EventType::kCustom)
    RETURN_IF_ERROR(StopAsNeighbour(customer, event, context, happenings, effects));
  return Happen(customer, happenings, PartsTouched(customer, event, happenings), context, effects);
}

absl::Status StepAlarm(Customer& customer, const StepContext& context, Effects& effects) {
  std::vector<Happening> happenings;
  RETURN_IF_ERROR(ExpireCarts(customer, context, happenings, effects));
  if (!happenings.empty()) RETURN_IF_ERROR(Happen(customer, happenings, kPartCarts | kPartCartTouch, context, effects));
  RETURN_IF_ERROR(JudgeDueSegments(customer, context, effects));
  return RunDue(customer, context, effects);
}

absl::Status StepStop(Customer& customer, const Event& event, const StepContext& context, Effects& effects) {
  std::vector<Happening> happenings;
  if (event.type == EventType::kOrderCompleted)
    RETURN_IF_ERROR(StopForOrder(customer, event, context, happenings, effects));
  if (event.stops_as != EventType::kCustom)
    RETURN_IF_ERROR(StopAsNeighbour(customer, event, context, happenings, effects));
  for (const Happening& happening : happenings) RETURN_IF_ERROR(Walk(customer, happening, context, effects));
  return JudgeSegments(customer, kPartCarts | kPartCartTouch, {}, context, effects);
}

absl::Status StepEndpointTaken(Customer& customer, std::string_view channel, std::string_view address, int64_t at_ms,
                               const StepContext& context, Effects& effects) {
  RETURN_IF_ERROR(RemoveEndpoint(customer, channel, address, at_ms, "endpoint_taken", context, effects));
  return JudgeSegments(customer, kPartEndpoints, {}, context, effects);
}

}  // namespace cartwheel
