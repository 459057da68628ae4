#include "core/journey/segments.h"

#include <algorithm>

#include "base/status.h"
#include "core/journey/walk.h"
#include "core/message/world.h"

namespace cartwheel {
namespace {

constexpr int kTurnsMax =
    64;  // changes by time alone that are told one by one, after a long time without an evaluation

using Mode = FoldContext::Segments;

bool LooksAt(const Segment& segment, uint32_t parts, absl::Span<const uint64_t> types) {
  if (parts == kPartAll || (segment.parts & parts) != 0) return true;
  return std::any_of(types.begin(), types.end(), [&](uint64_t type) {
    return std::find(segment.types.begin(), segment.types.end(), type) != segment.types.end();
  });
}

// The membership changed at `at_ms`: journeys hear of it.
absl::Status EmitMembershipChange(Customer& customer, const Segment& segment, bool entered, int64_t at_ms,
                                  const FoldContext& context, Effects& effects) {
  effects.Count(MembersCounter(customer.segments_version, segment.name).view(), entered ? 1 : -1);
  const bool silent = context.segments != Mode::kLive;
  if (silent && !entered) return absl::OkStatus();
  std::string properties;
  PackedWriter writer(&properties);
  writer.BeginMap();
  writer.Key("segment");
  writer.Scalar(Value::String(segment.name));
  writer.End();
  Event event;
  event.type = entered ? EventType::kSegmentEntered : EventType::kSegmentLeft;
  event.type_name = EventTypeName(event.type);
  (customer.by_device() ? event.anonymous_id : event.customer) = customer.id;
  event.at_ms = at_ms;
  event.properties = properties;
  JourneyEvent journey_event{.type = event.type,
                             .name = event.type_name,
                             .at_ms = at_ms,
                             .event = &event,
                             .segment = segment.name,
                             .existing = silent};
  if (const Cart* cart = customer.NewestOpenCart(); cart != nullptr) {
    journey_event.has_cart = true;
    journey_event.cart = cart->id;
  }
  return Walk(customer, journey_event, context, effects);
}

// Judges the segments that `chosen(segment)` says, as of `at_ms`; the others keep what they were, and the moment to
// look again.
template <typename Chosen>
absl::Status Evaluate(Customer& customer, int64_t at_ms, Chosen chosen, const FoldContext& context, Effects& effects) {
  const Playbook& playbook = *context.playbooks.current;
  // Journeys change nothing that it shows.
  const World world(customer, customer.NewestOpenCart(), nullptr, playbook.shop, at_ms);
  int64_t due_at_ms = customer.segments_due_at_ms == 0 ? kForeverMs : customer.segments_due_at_ms;
  for (uint32_t place = 0; place < playbook.segments.size(); ++place) {
    const Segment& segment = playbook.segments[place];
    if (!chosen(segment)) continue;
    int64_t until_ms = due_at_ms;
    const bool member = segment.condition->Holds(world, &until_ms);
    due_at_ms = std::min(due_at_ms, until_ms);
    auto known = std::find_if(customer.segments.begin(), customer.segments.end(),
                              [&](const Membership& m) { return m.segment == place; });
    if (member == (known != customer.segments.end())) continue;
    if (member)
      customer.segments.push_back({place, at_ms});
    else
      customer.segments.erase(known);
    RETURN_IF_ERROR(EmitMembershipChange(customer, segment, member, at_ms, context, effects));
  }
  customer.segments_due_at_ms = due_at_ms == kForeverMs ? 0 : due_at_ms;
  return absl::OkStatus();
}

// Makes the definitions in force those of the customer. False when segments cannot be evaluated now: memberships and
// the due time are cleared then, so that no stale alarm keeps firing. *all: every segment must be evaluated, which for
// a new customer of known definitions is not silent.
bool SyncDefinitions(Customer& customer, const FoldContext& context, Effects& effects, bool* all) {
  const Playbook* playbook = context.playbooks.current.get();
  const uint64_t version = playbook == nullptr ? 0 : playbook->segments_version;
  *all = customer.segments_version != version || context.segments == Mode::kOff;
  if (*all) {
    ClearSegments(customer, context, effects);
    if (context.segments != Mode::kOff) customer.segments_version = version;
  }
  return version != 0 && context.segments != Mode::kOff;
}

}  // namespace

bool IsForgotten(const Customer& customer) {
  return IsNobody(customer) || (customer.erased_at_ms != 0 && customer.last_seen_at_ms == 0);
}

uint32_t PartsOf(const std::vector<std::string>& names) {
  static constexpr std::pair<std::string_view, uint32_t> kParts[] = {
      {"customer", kPartAll},
      {"customer.first_seen", kPartSeen},
      {"customer.last_seen", kPartSeen},
      {"customer.orders", kPartOrders},
      {"customer.revenue", kPartOrders},
      {"customer.last_order_at", kPartOrders},
      {"customer.endpoints", kPartEndpoints},
  };
  uint32_t parts = 0;
  for (std::string_view name : names) {
    const auto* known =
        std::find_if(std::begin(kParts), std::end(kParts), [&](const auto& part) { return part.first == name; });
    if (known != std::end(kParts))
      parts |= known->second;
    else if (name.substr(0, 9) == "customer.")
      parts |= kPartAttributes;
    else if (name == "cart.updated_at" || name == "cart.stage")
      parts |= kPartCartActivity;
    else if (name.substr(0, 4) == "cart")
      parts |= name == "cart" || name == "carts" ? kPartCarts | kPartCartActivity : kPartCarts;
  }
  return parts;
}

absl::Status JudgeSegments(Customer& customer, uint32_t parts, absl::Span<const uint64_t> types,
                           const FoldContext& context, Effects& effects) {
  if (IsForgotten(customer)) return absl::OkStatus();
  bool all = false;
  if (!SyncDefinitions(customer, context, effects, &all)) return absl::OkStatus();
  return Evaluate(
      customer, context.now_ms, [&](const Segment& segment) { return all || LooksAt(segment, parts, types); }, context,
      effects);
}

absl::Status JudgeDueSegments(Customer& customer, const FoldContext& context, Effects& effects) {
  if (IsForgotten(customer)) return absl::OkStatus();
  bool all = false;
  if (!SyncDefinitions(customer, context, effects, &all)) return absl::OkStatus();
  if (all)
    return Evaluate(
        customer, context.now_ms, [](const Segment&) { return true; }, context, effects);
  for (int turn = 0; customer.segments_due_at_ms != 0 && customer.segments_due_at_ms <= context.now_ms; ++turn) {
    const int64_t at_ms = turn < kTurnsMax ? customer.segments_due_at_ms : context.now_ms;
    customer.segments_due_at_ms = 0;
    RETURN_IF_ERROR(Evaluate(
        customer, at_ms, [](const Segment& segment) { return segment.moves; }, context, effects));
  }
  return absl::OkStatus();
}

void ClearSegments(Customer& customer, const FoldContext& context, Effects& effects) {
  const Playbook* playbook = context.playbooks.current.get();
  if (playbook != nullptr && playbook->segments_version == customer.segments_version)
    for (const Membership& membership : customer.segments)
      if (membership.segment < playbook->segments.size())
        effects.Count(MembersCounter(customer.segments_version, playbook->segments[membership.segment].name).view(),
                      -1);
  customer.segments.clear();
  customer.segments_version = 0;
  customer.segments_due_at_ms = 0;
}

}  // namespace cartwheel
