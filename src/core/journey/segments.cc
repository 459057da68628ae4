#include "core/journey/segments.h"

#include <algorithm>
#include <bit>

#include "base/status.h"
#include "core/journey/walk.h"
#include "core/message/world.h"

namespace cartwheel {
namespace {

constexpr int kTurnsMax =
    64;  // changes by time alone that are told one by one, after a long time without an evaluation

using Mode = FoldContext::Segments;

// Whether a journey may act on a change of membership: one of the playbook in force, or of one that is still walked by.
bool IsHeard(const Customer& customer, const Playbooks& playbooks) {
  return playbooks.current->hears_segments ||
         std::any_of(customer.enrolments.begin(), customer.enrolments.end(), [&](const Enrolment& enrolment) {
           const Playbook* playbook = playbooks.Find(enrolment.revision);
           return playbook == nullptr || playbook->hears_segments;
         });
}

// The membership changed at `at_ms`: journeys hear of it.
absl::Status EmitMembershipChange(Customer& customer, uint32_t place, bool entered, int64_t at_ms,
                                  const FoldContext& context, Effects& effects) {
  const Playbook& playbook = *context.playbooks.current;
  const Segment& segment = playbook.segments[place];
  effects.Count(playbook.segment_index.members[place].view(), entered ? 1 : -1);
  const bool silent = context.segments != Mode::kLive;
  if ((silent && !entered) || !IsHeard(customer, context.playbooks)) return absl::OkStatus();
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

SegmentSet MembershipsOf(const Customer& customer) {
  SegmentSet members;
  for (const Membership& membership : customer.segments) members.Insert(membership.segment);
  return members;
}

bool HasLoss(const History& history) {
  return std::any_of(history.begin(), history.end(), [](const PastEvent& past) { return ToDouble(past.value) < 0; });
}

// Returns the segments that a change may have made another answer of.
SegmentSet Touched(const Customer& customer, uint32_t parts, absl::Span<const uint64_t> types,
                   const FoldContext& context) {
  const SegmentIndex& index = context.playbooks.current->segment_index;
  if (parts == kPartAll) return index.all;
  SegmentSet touched;
  for (size_t part = 0; part < kPartCount; ++part)
    if ((parts >> part & 1) != 0) touched |= index.by_part[part];
  for (uint64_t type : types)
    if (auto found = index.by_past_type.find(type); found != index.by_past_type.end()) touched |= found->second;
  if ((parts & kPartSeenLater) == 0 || index.aging.empty()) return touched;
  // Who was in none of them is in none after a later visit, unless the time has made them true by now and no alarm has
  // come yet.
  const bool overdue = customer.segments_due_at_ms != 0 && customer.segments_due_at_ms <= context.now_ms;
  touched |= overdue ? index.aging : index.aging & MembershipsOf(customer);
  return touched;
}

// Returns the segments of which time alone may have made another answer.
SegmentSet Moved(const Customer& customer, const SegmentIndex& index) {
  const SegmentSet members = MembershipsOf(customer);
  SegmentSet moved = index.rising.Without(members);
  moved |= index.falling & members;
  SegmentSet by_loss = index.rising_by_loss.Without(members);
  by_loss |= index.falling_by_loss & members;
  if (!by_loss.empty() && HasLoss(customer.history)) moved |= by_loss;
  return moved;
}

// Judges the chosen segments as of `at_ms`; the others keep what they were, and the moment to look again.
absl::Status Evaluate(Customer& customer, int64_t at_ms, const SegmentSet& chosen, const FoldContext& context,
                      Effects& effects) {
  if (chosen.empty()) return absl::OkStatus();
  const Playbook& playbook = *context.playbooks.current;
  // Journeys change nothing that it shows.
  const World world(customer, customer.NewestOpenCart(), nullptr, playbook.shop, at_ms);
  const SegmentSet members = MembershipsOf(customer);
  int64_t due_at_ms = customer.segments_due_at_ms == 0 ? kForeverMs : customer.segments_due_at_ms;
  for (uint32_t place = chosen.Next(0); place < playbook.segments.size(); place = chosen.Next(place + 1)) {
    int64_t until_ms = due_at_ms;
    const bool member = playbook.segments[place].condition->Holds(world, &until_ms);
    due_at_ms = std::min(due_at_ms, until_ms);
    if (member == members.Contains(place)) continue;
    if (member)
      customer.segments.push_back({place, at_ms});
    else
      std::erase_if(customer.segments, [&](const Membership& known) { return known.segment == place; });
    RETURN_IF_ERROR(EmitMembershipChange(customer, place, member, at_ms, context, effects));
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
      {"customer.first_seen", kPartFirstSeen},
      {"customer.last_seen", kPartLastSeen | kPartSeenLater},
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

void IndexSegments(Playbook* playbook) {
  SegmentIndex& index = playbook->segment_index;
  index = {};
  for (const Segment& segment : playbook->segments) {
    const auto place = static_cast<uint32_t>(index.members.size());
    auto insert = [place](bool does, SegmentSet& set) {
      if (does) set.Insert(place);
    };
    index.all.Insert(place);
    for (size_t part = 0; part < kPartCount; ++part) insert((segment.parts >> part & 1) != 0, index.by_part[part]);
    for (uint64_t type : segment.types) index.by_past_type[type].Insert(place);
    insert(segment.rises, index.rising);
    insert(segment.falls, index.falling);
    insert(segment.rises_by_loss, index.rising_by_loss);
    insert(segment.falls_by_loss, index.falling_by_loss);
    // What may also end by time alone may have been true before it was judged last.
    insert(segment.ages && !segment.falls && !segment.falls_by_loss, index.aging);
    index.members.push_back(MembersCounter(playbook->segments_version, segment.name));
  }
  SegmentSet& later = index.by_part[static_cast<size_t>(std::countr_zero(kPartSeenLater))];
  later = later.Without(index.aging);
}

absl::Status JudgeSegments(Customer& customer, uint32_t parts, absl::Span<const uint64_t> types,
                           const FoldContext& context, Effects& effects) {
  if (IsForgotten(customer)) return absl::OkStatus();
  bool all = false;
  if (!SyncDefinitions(customer, context, effects, &all)) return absl::OkStatus();
  return Evaluate(customer, context.now_ms, Touched(customer, all ? kPartAll : parts, types, context), context,
                  effects);
}

absl::Status JudgeDueSegments(Customer& customer, const FoldContext& context, Effects& effects) {
  if (IsForgotten(customer)) return absl::OkStatus();
  bool all = false;
  if (!SyncDefinitions(customer, context, effects, &all)) return absl::OkStatus();
  const SegmentIndex& index = context.playbooks.current->segment_index;
  if (all) return Evaluate(customer, context.now_ms, index.all, context, effects);
  for (int turn = 0; customer.segments_due_at_ms != 0 && customer.segments_due_at_ms <= context.now_ms; ++turn) {
    const int64_t at_ms = turn < kTurnsMax ? customer.segments_due_at_ms : context.now_ms;
    customer.segments_due_at_ms = 0;
    RETURN_IF_ERROR(Evaluate(customer, at_ms, Moved(customer, index), context, effects));
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
