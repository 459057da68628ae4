#include "core/journey/merge.h"

#include <algorithm>

#include "base/status.h"
#include "cartwheel/limits.h"
#include "core/journey/consents.h"
#include "core/journey/engagement.h"
#include "core/journey/enrol.h"
#include "core/journey/enrolment.h"
#include "core/journey/marks.h"
#include "core/journey/past.h"
#include "core/journey/revoke.h"
#include "core/journey/segments.h"
#include "core/model/cart_merge.h"
#include "core/model/orders.h"
#include "fmt/format.h"

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

bool IsOfDevice(std::string_view channel) {
  const auto medium = MediumOfChannel(channel);
  return medium && IsPush(*medium);
}

// Of an address that both know the newest registration and the newest removal count.
void MergeEndpoints(Customer& customer, const Customer& device) {
  for (Endpoint theirs : device.endpoints) {
    if (theirs.device == 0 && device.anonymous && IsOfDevice(theirs.channel))
      theirs.device = DeviceFingerprint(device.id);
    auto same = std::find_if(customer.endpoints.begin(), customer.endpoints.end(), [&](const Endpoint& ours) {
      return ours.channel == theirs.channel && ours.address == theirs.address;
    });
    if (same == customer.endpoints.end()) {
      if (customer.endpoints.size() < kEndpointsMax) customer.endpoints.push_back(theirs);
      continue;
    }
    same->added_at_ms = std::max(same->added_at_ms, theirs.added_at_ms);
    same->removed_at_ms = std::max(same->removed_at_ms, theirs.removed_at_ms);
  }
}

// The enrolment leaves the other to walk on: what it had in the outbox is revoked.
void EndSuperseded(const Enrolment& enrolment, const Journey& journey, const FoldContext& context, Effects& effects) {
  for (const OpenMessage& message : enrolment.messages) effects.revocations.push_back({message.id, "merged"});
  if (enrolment.finished) return;
  effects.Count(fmt::format("exited\t{}\tmerged", journey.name));
  ++effects.exits;
  effects.decisions.push_back({DecisionKind::kExited, context.now_ms, 0, 0, journey.name, "", "merged"});
}

// What the walk that goes on must know of the one that yields: a message that it made a moment ago keeps its distance,
// and an event that would have entered it enters when an older exit comes late.
void AdoptHistory(Enrolment& survivor, const Enrolment& other) {
  survivor.last_message_at_ms = std::max(survivor.last_message_at_ms, other.last_message_at_ms);
  if (other.later_at_ms <= survivor.later_at_ms) return;
  survivor.later_at_ms = other.later_at_ms;
  survivor.later_event = other.later_event;
}

absl::Status MergeEnrolments(Customer& customer, Customer& device, const FoldContext& context, Effects& effects,
                             std::vector<int64_t>& moved) {
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
      EndSuperseded(theirs, *journey, context, effects);
      continue;
    }
    if (!alone && same->entered_at_ms > theirs.entered_at_ms) {
      AdoptHistory(*same, theirs);
      EndSuperseded(theirs, *journey, context, effects);
      continue;
    }
    for (const OpenMessage& message : theirs.messages) moved.push_back(message.id);
    if (alone) {
      customer.enrolments.push_back(std::move(theirs));
    } else {
      AdoptHistory(theirs, *same);
      EndSuperseded(*same, *journey, context, effects);
      *same = std::move(theirs);
    }
  }
  return absl::OkStatus();
}

// What either had left, or has forgotten, does not walk on in the other.
absl::Status EndExited(Customer& customer, const FoldContext& context, Effects& effects) {
  std::vector<std::pair<Enrolment, const Journey*>> left;
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
    EndSuperseded(enrolment, *journey, context, effects);
    if (enrolment.later_at_ms > customer.erased_at_ms) left.emplace_back(enrolment, journey);
    customer.enrolments.erase(customer.enrolments.begin() + static_cast<int64_t>(i));
  }
  for (const auto& [ended, journey] : left) EnterLater(customer, ended, *journey, context, effects);
  return absl::OkStatus();
}

bool HasEndpoint(const Customer& customer, const Endpoint& endpoint) {
  return std::any_of(customer.endpoints.begin(), customer.endpoints.end(),
                     [&](const Endpoint& e) { return e.channel == endpoint.channel && e.address == endpoint.address; });
}

// What a device knew up to the erasure of the customer that it turns out to belong to: forgotten with the rest. What
// has no date of its own goes when the device was there by then.
void ForgetBefore(Customer& device, int64_t erased_at_ms) {
  ForgetCartsBefore(device, erased_at_ms);
  std::erase_if(device.endpoints, [&](const Endpoint& endpoint) { return endpoint.added_at_ms <= erased_at_ms; });
  std::erase_if(device.sent, [&](const SentMessage& sent) { return sent.at_ms <= erased_at_ms; });
  std::erase_if(device.attribution_windows,
                [&](const AttributionWindow& window) { return window.at_ms <= erased_at_ms; });
  std::erase_if(device.forgotten_carts, [&](const ForgottenCart& cart) { return cart.floor_at_ms <= erased_at_ms; });
  std::erase_if(device.history, [&](const PastEvent& past) { return past.at_ms <= erased_at_ms; });
  if (device.first_seen_at_ms == 0 || device.first_seen_at_ms > erased_at_ms) return;
  device.attributes = {};
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
                   std::vector<int64_t>& moved) {
  if (customer.erased_at_ms != 0) {
    const std::vector<Endpoint> before = device.endpoints;
    ForgetBefore(device, customer.erased_at_ms);
    for (const Endpoint& endpoint : before)  // what waits for an address that is forgotten must not leave
      if (!HasEndpoint(device, endpoint))
        RETURN_IF_ERROR(RevokeForChannel(device, endpoint.channel, "erased", false, context, effects));
  }
  MergeCarts(customer, device);
  MergeForgottenCarts(customer, device);
  MergeMarks(customer.exits, device.exits);
  MergeMarks(customer.ends, device.ends);
  RETURN_IF_ERROR(MergeEnrolments(customer, device, context, effects, moved));
  RETURN_IF_ERROR(EndExited(customer, context, effects));
  for (const Cart& cart : customer.carts)
    if (!cart.live()) RETURN_IF_ERROR(RevokeForCart(customer, cart.id, context, effects));
  MergeSeen(customer, device, effects);
  MergeHistory(customer.history, device.history);
  LeaveSegments(device, context, effects);
  MergeOrders(customer, device);
  MergeSent(customer, device);
  customer.attribution_windows.insert(customer.attribution_windows.end(), device.attribution_windows.begin(),
                                      device.attribution_windows.end());
  StampedFields attributes = customer.attributes;
  TellAll(attributes, device.attributes);
  if (attributes.packed.size() <= kAttributesBytesMax) customer.attributes = std::move(attributes);
  MergeEndpoints(customer, device);
  MergeConsents(customer, device);
  RETURN_IF_ERROR(RevokeRefused(customer, context, effects));
  for (const std::string& channel : device.refused_channels)
    if (std::find(customer.refused_channels.begin(), customer.refused_channels.end(), channel) ==
        customer.refused_channels.end())
      customer.refused_channels.push_back(channel);
  for (const std::string& channel :
       customer.refused_channels)  // what waits of either was made before the other's refusal was known
    RETURN_IF_ERROR(RevokeForChannel(customer, channel, "suppressed", true, context, effects));
  customer.names.insert(customer.names.end(), device.names.begin(), device.names.end());
  if (customer.names.size() > kNamesMax)  // the first is the customer's own
    customer.names.erase(customer.names.begin() + 1, customer.names.end() - static_cast<int64_t>(kNamesMax - 1));
  auto earlier = [](int64_t a, int64_t b) { return a == 0 ? b : b == 0 ? a : std::min(a, b); };
  customer.first_seen_at_ms = earlier(customer.first_seen_at_ms, device.first_seen_at_ms);
  customer.last_seen_at_ms = std::max(customer.last_seen_at_ms, device.last_seen_at_ms);
  RETURN_IF_ERROR(JudgeSegments(customer, kPartAll, {}, context, effects));
  effects.Count("merged");
  effects.decisions.push_back({DecisionKind::kMerged, context.now_ms, 0, 0, "", "", device.id});
  return absl::OkStatus();
}

}  // namespace cartwheel
