#include "core/identity.h"

#include <algorithm>

#include "base/status.h"
#include "cartwheel/limits.h"
#include "core/walk.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

std::string_view TextOf(const Event& event, std::string_view key) {
  Value value = event.Get(key);
  return value.is_string() ? value.text() : std::string_view();
}

void MergeMarks(std::vector<Mark>& into, const std::vector<Mark>& from) {
  for (const Mark& mark : from) SetMark(into, mark.journey, mark.key, mark.at_ms);
}

void MergeSeen(Customer& customer, const Customer& device, Effects& effects) {
  for (const Seen& seen : device.seen) {
    bool known = std::any_of(customer.seen.begin(), customer.seen.end(), [&](const Seen& s) { return s.id == seen.id; });
    if (!known) customer.seen.push_back(seen);
  }
  std::sort(customer.seen.begin(), customer.seen.end(),
            [](const Seen& a, const Seen& b) { return a.ingested_at_ms < b.ingested_at_ms; });
  if (customer.seen.size() <= kDedupeIdsMax) return;
  effects.seen_overflow += static_cast<int64_t>(customer.seen.size() - kDedupeIdsMax);
  customer.seen.erase(customer.seen.begin(), customer.seen.end() - static_cast<int64_t>(kDedupeIdsMax));
}

void MergeOrders(Customer& customer, const Customer& device) {
  customer.orders += device.orders;
  customer.revenue = AddMoney(customer.revenue, device.revenue);
  customer.last_order_at_ms = std::max(customer.last_order_at_ms, device.last_order_at_ms);
  for (const Order& order : device.recent_orders) {
    bool known = order.id != 0 && std::any_of(customer.recent_orders.begin(), customer.recent_orders.end(),
                                              [&](const Order& o) { return o.id == order.id; });
    if (known) {  // one order that both had reported
      --customer.orders;
      customer.revenue = AddMoney(customer.revenue, -order.value);
    } else {
      customer.recent_orders.push_back(order);
    }
  }
  std::sort(customer.recent_orders.begin(), customer.recent_orders.end(),
            [](const Order& a, const Order& b) { return a.at_ms < b.at_ms; });
  if (customer.recent_orders.size() > kOrdersMax)
    customer.recent_orders.erase(customer.recent_orders.begin(),
                                 customer.recent_orders.end() - static_cast<int64_t>(kOrdersMax));
}

void MergeAllCarts(Customer& customer, const Customer& device) {
  int64_t floor = std::max(customer.carts_floor_at_ms, device.carts_floor_at_ms);
  customer.carts_floor_at_ms = floor;
  for (const Cart& cart : device.carts) {
    if (Cart* same = customer.FindCart(cart.id); same != nullptr) MergeCarts(*same, cart);
    else if (customer.carts.size() < kCartsMax) customer.carts.push_back(cart);
  }
  for (Cart& cart : customer.carts)
    if (floor > cart.floor_at_ms) CloseCart(cart, CartStage::kOrdered, floor);
}

// The enrolment leaves the other to walk on: what it had in the outbox is revoked.
void Yield(const Enrolment& enrolment, const Journey& journey, const StepContext& context, Effects& effects) {
  for (const OpenMessage& message : enrolment.messages) effects.revocations.push_back({message.id, "merged"});
  if (enrolment.finished) return;
  effects.Count(fmt::format("exited\t{}\tmerged", journey.name));
  ++effects.exits;
  effects.decisions.push_back({DecisionKind::kExited, context.now_ms, 0, 0, journey.name, "", "merged"});
}

absl::Status MergeEnrolments(Customer& customer, Customer& device, const StepContext& context, Effects& effects,
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
    bool left = LeftBy(customer.exits, *journey, theirs.key, IsAboutCart(theirs, *journey), theirs.entered_at_ms);
    bool full = customer.enrolments.size() >= kEnrolmentsMax;
    if (left || (same == customer.enrolments.end() && full) ||
        (same != customer.enrolments.end() && same->entered_at_ms > theirs.entered_at_ms)) {
      if (same != customer.enrolments.end())
        same->last_message_at_ms = std::max(same->last_message_at_ms, theirs.last_message_at_ms);
      Yield(theirs, *journey, context, effects);
      continue;
    }
    for (const OpenMessage& message : theirs.messages) moved.push_back(message.id);
    if (same == customer.enrolments.end()) {
      customer.enrolments.push_back(std::move(theirs));
    } else {
      Yield(*same, *journey, context, effects);
      // A message that the other walk made a moment ago still keeps its distance.
      theirs.last_message_at_ms = std::max(theirs.last_message_at_ms, same->last_message_at_ms);
      *same = std::move(theirs);
    }
  }
  return absl::OkStatus();
}

// And the other way round: what the device had left before must not walk on in the customer.
absl::Status LeaveByMarks(Customer& customer, const std::vector<Mark>& exits, const StepContext& context,
                          Effects& effects) {
  for (size_t i = 0; i < customer.enrolments.size();) {
    Enrolment& enrolment = customer.enrolments[i];
    ASSIGN_OR_RETURN(const Journey* journey, JourneyOf(enrolment, context));
    if (LeftBy(exits, *journey, enrolment.key, IsAboutCart(enrolment, *journey), enrolment.entered_at_ms)) {
      Yield(enrolment, *journey, context, effects);
      customer.enrolments.erase(customer.enrolments.begin() + static_cast<int64_t>(i));
    } else {
      ++i;
    }
  }
  return absl::OkStatus();
}

}  // namespace

void SetAttributes(Customer& customer, const Event& event, Effects& effects) {
  std::string attributes = customer.attributes;
  for (PackedCursor cursor(ReadPacked(event.properties)); cursor.Next();)
    attributes = SetPacked(attributes, cursor.key(), cursor.value());
  if (attributes.size() > kAttributesBytesMax) {
    effects.refusal = Refusal{"attributes_bytes_max", fmt::format("attributes_bytes_max: the attributes would take {} bytes, at most {} are kept",
                                                                  attributes.size(), kAttributesBytesMax)};
    return;
  }
  customer.attributes = std::move(attributes);
}

void AddEndpoint(Customer& customer, const Event& event, Effects& effects) {
  std::string_view channel = TextOf(event, "channel"), address = TextOf(event, "address");
  for (Endpoint& endpoint : customer.endpoints) {
    if (endpoint.channel != channel || endpoint.address != address) continue;
    endpoint.added_at_ms = std::max(endpoint.added_at_ms, event.at_ms);
    return;
  }
  if (customer.endpoints.size() >= kEndpointsMax) {
    effects.refusal = Refusal{"endpoints_max", fmt::format("endpoints_max: the customer already has {} endpoints", kEndpointsMax)};
    return;
  }
  customer.endpoints.push_back({std::string(channel), std::string(address), event.at_ms});
}

absl::Status RemoveEndpoint(Customer& customer, std::string_view channel, std::string_view address,
                            std::string_view reason, const StepContext& context, Effects& effects) {
  size_t removed = std::erase_if(customer.endpoints, [&](const Endpoint& endpoint) {
    return endpoint.channel == channel && endpoint.address == address;
  });
  if (removed == 0) return absl::OkStatus();
  return RevokeForChannel(customer, channel, reason, false, context, effects);
}

absl::Status Erase(Customer& customer, int64_t at_ms, const StepContext& context, Effects& effects) {
  RETURN_IF_ERROR(EndAll(customer, "erased", context, effects));
  Customer blank;
  blank.row = customer.row;
  blank.id = customer.id;
  blank.anonymous = customer.anonymous;
  blank.names = customer.names;
  blank.seen = customer.seen;
  blank.erased_at_ms = at_ms;
  blank.carts_floor_at_ms = at_ms;
  blank.filed_at_ms = customer.filed_at_ms;
  customer = std::move(blank);
  effects.Count("erased");
  effects.decisions.clear();  // the trail is forgotten too
  return absl::OkStatus();
}

absl::Status Merge(Customer& customer, Customer& device, const StepContext& context, Effects& effects,
                   std::vector<int64_t>& moved) {
  std::vector<Mark> device_exits = device.exits;
  MergeAllCarts(customer, device);
  RETURN_IF_ERROR(MergeEnrolments(customer, device, context, effects, moved));
  RETURN_IF_ERROR(LeaveByMarks(customer, device_exits, context, effects));
  for (const Cart& cart : customer.carts)
    if (!cart.open() || cart.items.empty()) RETURN_IF_ERROR(RevokeForCart(customer, cart.id, context, effects));
  MergeMarks(customer.exits, device.exits);
  MergeMarks(customer.ends, device.ends);
  MergeSeen(customer, device, effects);
  MergeOrders(customer, device);
  customer.touches.insert(customer.touches.end(), device.touches.begin(), device.touches.end());
  for (PackedCursor cursor(ReadPacked(device.attributes)); cursor.Next();) {
    if (!FindPacked(customer.attributes, cursor.key()).is_absent()) continue;
    std::string joined = SetPacked(customer.attributes, cursor.key(), cursor.value());
    if (joined.size() <= kAttributesBytesMax) customer.attributes = std::move(joined);
  }
  for (const Endpoint& endpoint : device.endpoints) {
    bool known = std::any_of(customer.endpoints.begin(), customer.endpoints.end(), [&](const Endpoint& e) {
      return e.channel == endpoint.channel && e.address == endpoint.address;
    });
    if (!known && customer.endpoints.size() < kEndpointsMax) customer.endpoints.push_back(endpoint);
  }
  for (const std::string& channel : device.refused_channels)
    if (std::find(customer.refused_channels.begin(), customer.refused_channels.end(), channel) == customer.refused_channels.end())
      customer.refused_channels.push_back(channel);
  customer.names.insert(customer.names.end(), device.names.begin(), device.names.end());
  if (customer.names.size() > kNamesMax)  // the first is the customer's own
    customer.names.erase(customer.names.begin() + 1, customer.names.end() - static_cast<int64_t>(kNamesMax - 1));
  auto earlier = [](int64_t a, int64_t b) { return a == 0 ? b : b == 0 ? a : std::min(a, b); };
  customer.first_seen_at_ms = earlier(customer.first_seen_at_ms, device.first_seen_at_ms);
  customer.last_seen_at_ms = std::max(customer.last_seen_at_ms, device.last_seen_at_ms);
  effects.Count("merged");
  effects.decisions.push_back({DecisionKind::kMerged, context.now_ms, 0, 0, "", "", device.id});
  return absl::OkStatus();
}

}  // namespace cartwheel
