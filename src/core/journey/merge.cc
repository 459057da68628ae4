#include "core/journey/merge.h"

#include <algorithm>

#include "base/status.h"
#include "cartwheel/limits.h"
#include "core/journey/adopt.h"
#include "core/journey/clicks.h"
#include "core/journey/consents.h"
#include "core/journey/duties.h"
#include "core/journey/endpoints.h"
#include "core/journey/engagement.h"
#include "core/journey/enrol.h"
#include "core/journey/enrolment.h"
#include "core/journey/flow.h"
#include "core/journey/marks.h"
#include "core/journey/named_cart.h"
#include "core/journey/past.h"
#include "core/journey/rank.h"
#include "core/journey/revoke.h"
#include "core/journey/segments.h"
#include "core/journey/suppressions.h"
#include "core/journey/walk.h"
#include "core/model/cart_merge.h"
#include "core/model/orders.h"
#include "core/policy/caps.h"

namespace cartwheel {
namespace {

void MergeMarks(std::vector<JourneyMark>& into, const std::vector<JourneyMark>& from) {
  for (const JourneyMark& mark : from) {
    JourneyMark& same = RecordMark(into, mark.journey, mark.key, mark.at_ms);
    same.message_at_ms = std::max(same.message_at_ms, mark.message_at_ms);
  }
}

void MergeSeen(Customer& customer, const Customer& device, Effects& effects) {
  for (const Seen& seen : device.seen) {
    bool known =
        std::any_of(customer.seen.begin(), customer.seen.end(), [&](const Seen& s) { return s.id == seen.id; });
    if (!known) customer.seen.push_back(seen);
  }
  std::sort(customer.seen.begin(), customer.seen.end(),
            [](const Seen& a, const Seen& b) { return a.ingested_at_ms < b.ingested_at_ms; });
  if (customer.seen.size() <= kDedupeIdsMax) return;
  effects.seen_overflow += static_cast<int64_t>(customer.seen.size() - kDedupeIdsMax);
  customer.seen.erase(customer.seen.begin(), customer.seen.end() - static_cast<int64_t>(kDedupeIdsMax));
}

void MergeForgottenCarts(Customer& customer, const Customer& device) {
  for (const ForgottenCart& cart : device.forgotten_carts)
    if (customer.forgotten_carts.size() < kForgottenCartsMax) customer.forgotten_carts.push_back(cart);
}

// Exits the enrolment that the other one supersedes: what it had in the outbox is revoked.
void ExitSuperseded(const Enrolment& enrolment, const Journey& journey, const FoldContext& context, Effects& effects) {
  for (const OpenMessage& message : enrolment.messages) effects.revocations.push_back({message.id, Reason::kMerged});
  if (enrolment.finished) return;
  effects.Count({.metric = Metric::kExited, .journey = journey.name, .reason = Reason::kMerged});
  ++effects.exits;
  effects.decisions.push_back({DecisionKind::kExited, context.now_ms, 0, {}, journey.name, "", Reason::kMerged});
}

// What the walk that goes on must know of the one that yields: a message that it made a moment ago keeps its distance,
// and an event that would have entered it enters when an older exit comes late.
void AdoptHistory(Enrolment& survivor, const Enrolment& other) {
  survivor.last_message_at_ms = std::max(survivor.last_message_at_ms, other.last_message_at_ms);
  if (other.later_at_ms <= survivor.later_at_ms) return;
  survivor.later_at_ms = other.later_at_ms;
  survivor.later_event = other.later_event;
}

// Makes room for the carts that only the device has.
absl::Status FitCarts(const Customer& customer, Customer& device, const FoldContext& context, Effects& effects) {
  auto is_new = [&](const Cart& theirs) {
    return std::none_of(customer.carts.begin(), customer.carts.end(),
                        [&](const Cart& ours) { return ours.id == theirs.id; });
  };
  JourneyEvents expired;
  auto joining = static_cast<size_t>(std::count_if(device.carts.begin(), device.carts.end(), is_new));
  for (; joining > 0 && customer.carts.size() + joining > kCartsMax; --joining)
    RETURN_IF_ERROR(ForgetOldestCart(device, is_new, context, expired, effects));
  for (const JourneyEvent& journey_event : expired) RETURN_IF_ERROR(Walk(device, journey_event, context, effects));
  return absl::OkStatus();
}

absl::Status MergeEnrolments(Customer& customer, Customer& device, const FoldContext& context, Effects& effects,
                             std::vector<MessageId>& moved) {
  for (Enrolment& theirs : device.enrolments) {
    ASSIGN_OR_RETURN(const Journey* journey, JourneyOf(theirs, context));
    auto same = customer.enrolments.end();
    for (auto ours = customer.enrolments.begin(); ours != customer.enrolments.end(); ++ours) {
      ASSIGN_OR_RETURN(const Journey* other, JourneyOf(*ours, context));
      if (other->fingerprint == journey->fingerprint && ours->key == theirs.key &&
          journey->reenter != Journey::Reenter::kAlways)
        same = ours;
    }
    const bool alone = same == customer.enrolments.end();
    if (alone && customer.enrolments.size() >= kEnrolmentsMax) {
      ExitSuperseded(theirs, *journey, context, effects);
      continue;
    }
    if (!alone && same->entered_at_ms > theirs.entered_at_ms) {
      AdoptHistory(*same, theirs);
      ExitSuperseded(theirs, *journey, context, effects);
      continue;
    }
    for (const OpenMessage& message : theirs.messages) moved.push_back(message.id);
    if (alone) {
      customer.enrolments.push_back(std::move(theirs));
    } else {
      AdoptHistory(theirs, *same);
      ExitSuperseded(*same, *journey, context, effects);
      *same = std::move(theirs);
    }
  }
  return absl::OkStatus();
}

// Exits what either had exited, or has forgotten: it does not walk on in the other.
absl::Status ExitMarked(Customer& customer, const FoldContext& context, Effects& effects) {
  std::vector<std::pair<Enrolment, const Journey*>> exited;
  for (size_t i = 0; i < customer.enrolments.size();) {
    Enrolment& enrolment = customer.enrolments[i];
    ASSIGN_OR_RETURN(const Journey* journey, JourneyOf(enrolment, context));
    const bool forgotten = customer.erased_at_ms != 0 && enrolment.entered_at_ms <= customer.erased_at_ms;
    if (!forgotten && !WasExitedBefore(customer.exits, *journey, enrolment.key, IsAboutCart(enrolment, *journey),
                                       enrolment.entered_at_ms)) {
      ++i;
      continue;
    }
    if (!forgotten) RecordEnd(customer, enrolment, *journey, enrolment.entered_at_ms);
    ExitSuperseded(enrolment, *journey, context, effects);
    if (enrolment.later_at_ms > customer.erased_at_ms) exited.emplace_back(enrolment, journey);
    customer.enrolments.erase(customer.enrolments.begin() + static_cast<int64_t>(i));
  }
  for (const auto& [ended, journey] : exited) EnterLater(customer, ended, *journey, context, effects);
  return absl::OkStatus();
}

// What a device knew up to the erasure of the customer that it turns out to belong to: forgotten with the rest. What
// has no date of its own goes when the device was there by then.
void ForgetBefore(Customer& device, int64_t erased_at_ms) {
  ForgetCartsBefore(device, erased_at_ms);
  for (Consent& consent : device.consents)
    if (consent.granted_at_ms <= erased_at_ms) consent.granted_at_ms = consent.confirmed_at_ms = 0;
  std::erase_if(device.sent, [&](const SentMessage& sent) { return sent.at_ms <= erased_at_ms; });
  std::erase_if(device.attribution_windows,
                [&](const AttributionWindow& window) { return window.at_ms <= erased_at_ms; });
  if (device.push_ask.at_ms <= erased_at_ms) device.push_ask = {};
  std::erase_if(device.forgotten_carts, [&](const ForgottenCart& cart) { return cart.floor_at_ms <= erased_at_ms; });
  std::erase_if(device.history, [&](const PastEvent& past) { return past.at_ms <= erased_at_ms; });
  if (device.first_seen_at_ms == 0 || device.first_seen_at_ms > erased_at_ms) return;
  device.attributes = {};
  device.audiences.Reset();
  device.first_seen_at_ms = 0;
  if (device.last_seen_at_ms <= erased_at_ms) device.last_seen_at_ms = 0;
  std::erase_if(device.recent_orders, [&](const Order& order) { return order.at_ms <= erased_at_ms; });
  device.orders = 0;
  device.revenue = 0;
  device.last_order_at_ms = 0;
  for (const Order& order : device.recent_orders) {
    CountAgain(device, order);
  }
}

}  // namespace

absl::Status Merge(Customer& customer, Customer& device, const FoldContext& context, Effects& effects,
                   std::vector<MessageId>& moved) {
  if (customer.erased_at_ms != 0) {
    ForgetBefore(device, customer.erased_at_ms);
    RETURN_IF_ERROR(ForgetEndpointsBefore(device, customer.erased_at_ms, context, effects));
  }
  ASSIGN_OR_RETURN(std::vector<MessageId> by_night, ListByNight(customer, context));
  ASSIGN_OR_RETURN(const std::vector<MessageId> by_night_of_device, ListByNight(device, context));
  by_night.insert(by_night.end(), by_night_of_device.begin(), by_night_of_device.end());
  RETURN_IF_ERROR(FitCarts(customer, device, context, effects));
  MergeCarts(customer, device);
  MergeForgottenCarts(customer, device);
  MergeMarks(customer.exits, device.exits);
  MergeMarks(customer.ends, device.ends);
  MergeMarks(customer.occurrences, device.occurrences);
  RETURN_IF_ERROR(MergeEnrolments(customer, device, context, effects, moved));
  RETURN_IF_ERROR(ExitMarked(customer, context, effects));
  ExitAllOutranked(customer, context, effects);
  AdoptWalks(customer, context.now_ms, context, effects);  // it may be that the pass had not come to the device yet
  for (const Cart& cart : customer.carts)
    if (!cart.live()) RETURN_IF_ERROR(RevokeForCart(customer, cart.id, context, effects));
  MergeSeen(customer, device, effects);
  MergeHistory(customer.history, device.history);
  ClearSegments(device, context, effects);
  MergeOrders(customer, device);
  MergeSent(customer, device);
  MergeClicks(customer, device);
  MergeArms(customer, device);
  customer.attribution_windows.insert(customer.attribution_windows.end(), device.attribution_windows.begin(),
                                      device.attribution_windows.end());
  StampedFields attributes = customer.attributes;
  TellAll(attributes, device.attributes);
  if (attributes.packed.size() <= kAttributesBytesMax) customer.attributes = std::move(attributes);
  if (device.audiences.is_set()) TellAll(customer.audiences.Change(), *device.audiences);
  RETURN_IF_ERROR(MergeEndpoints(customer, device, context, effects));
  MergeConsents(customer.consents, device.consents, device.anonymous ? DeviceFingerprint(device.id) : 0);
  AdoptSuppressions(customer.suppressions, device.suppressions, 0);
  RETURN_IF_ERROR(RevokeSuppressed(customer, context, effects));
  for (const Endpoint& endpoint : device.endpoints)
    AdoptAddressRefusals(customer.consents, device.consents, endpoint.key);
  for (const JourneyEntry& entry : device.entries) RememberEntry(customer, entry);
  customer.push_ask.Take(device.push_ask);
  RETURN_IF_ERROR(EndNeedlessReconfirmations(customer, Reason::kMerged, context, effects));
  RETURN_IF_ERROR(WakeDuties(customer, context));
  RETURN_IF_ERROR(WakeUnreached(customer, context));
  RETURN_IF_ERROR(RevokeRefused(customer, by_night, context, effects));
  for (const std::string& channel : device.refused_channels)
    if (std::find(customer.refused_channels.begin(), customer.refused_channels.end(), channel) ==
        customer.refused_channels.end())
      customer.refused_channels.push_back(channel);
  for (const std::string& channel :
       customer.refused_channels)  // what waits of either was made before the other's refusal was known
    RETURN_IF_ERROR(RevokeForChannel(customer, channel, Reason::kSuppressed, true, context, effects));
  customer.lost.insert(customer.lost.end(), device.lost.begin(), device.lost.end());
  customer.names.insert(customer.names.end(), device.names.begin(), device.names.end());
  customer.merged_rows.insert(customer.merged_rows.end(), device.merged_rows.begin(), device.merged_rows.end());
  if (device.row) customer.merged_rows.push_back(device.row);
  if (customer.merged_rows.size() > kNamesMax)
    customer.merged_rows.erase(customer.merged_rows.begin(),
                               customer.merged_rows.end() - static_cast<int64_t>(kNamesMax));
  if (customer.names.size() > kNamesMax)  // the first is the customer's own
    customer.names.erase(customer.names.begin() + 1, customer.names.end() - static_cast<int64_t>(kNamesMax - 1));
  auto earlier = [](int64_t a, int64_t b) { return a == 0 ? b : b == 0 ? a : std::min(a, b); };
  customer.first_seen_at_ms = earlier(customer.first_seen_at_ms, device.first_seen_at_ms);
  customer.last_seen_at_ms = std::max(customer.last_seen_at_ms, device.last_seen_at_ms);
  RETURN_IF_ERROR(JudgeSegments(customer, kPartAll, {}, context, effects));
  effects.Count({.metric = Metric::kMerged});
  effects.decisions.push_back({DecisionKind::kMerged, context.now_ms, 0, {}, "", "", Reason::kNone, device.id});
  return absl::OkStatus();
}

}  // namespace cartwheel
