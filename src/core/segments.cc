#include "core/segments.h"

#include <algorithm>

#include "base/status.h"
#include "core/world.h"
#include "fmt/format.h"

namespace cartwheel {
namespace {

constexpr int kTurnsMax = 64;  // changes by time alone that are told one by one, when nobody looked for long

using Mode = StepContext::Segments;

bool LooksAt(const Segment& segment, uint32_t parts, absl::Span<const uint64_t> types) {
  if (parts == kPartAll || (segment.parts & parts) != 0) return true;
  return std::any_of(types.begin(), types.end(), [&](uint64_t type) {
    return std::find(segment.types.begin(), segment.types.end(), type) != segment.types.end();
  });
}

const Segment* FindSegment(const Playbook& playbook, uint64_t fingerprint) {
  for (const Segment& segment : playbook.segments)
    if (segment.fingerprint == fingerprint) return &segment;
  return nullptr;
}

// The membership changed at `at_ms`: journeys hear of it.
absl::Status Tell(Customer& customer, const Segment& segment, bool entered, int64_t at_ms, const StepContext& context, Effects& effects) {
  effects.Count(MembersTally(customer.segments_version, segment.name), entered ? 1 : -1);
  const bool silent = context.segments != Mode::kLive;
  if (silent && !entered) return absl::OkStatus();
  std::string properties;
  PackedWriter writer(&properties);
  writer.BeginMap();
  writer.Key("segment"), writer.Scalar(Value::String(segment.name));
  writer.End();
  Event event;
  event.type = entered ? EventType::kSegmentEntered : EventType::kSegmentLeft;
  event.type_name = EventTypeName(event.type);
  event.customer = customer.id;
  event.at_ms = at_ms;
  event.properties = properties;
  Happening happening{.type = event.type, .name = event.type_name, .at_ms = at_ms, .event = &event, .segment = segment.name, .existing = silent};
  if (const Cart* cart = customer.NewestOpenCart(); cart != nullptr) {
    happening.has_cart = true;
    happening.cart = cart->id;
  }
  return Walk(customer, happening, context, effects);
}

// Judges one segment as of `at_ms`.
absl::Status Judge(Customer& customer, const Segment& segment, int64_t at_ms, const StepContext& context, Effects& effects) {
  const World world(customer, customer.NewestOpenCart(), nullptr, context.playbooks.current->shop, at_ms);
  int64_t until_ms = kForeverMs;
  const bool member = segment.condition->Holds(world, &until_ms);
  const int64_t due_at_ms = until_ms == kForeverMs ? 0 : until_ms;
  auto standing = std::find_if(customer.segments.begin(), customer.segments.end(), [&](const Standing& s) { return s.segment == segment.fingerprint; });
  const bool was_member = standing != customer.segments.end() && standing->member;
  if (!member && due_at_ms == 0) {
    if (standing != customer.segments.end()) customer.segments.erase(standing);
  } else {
    if (standing == customer.segments.end()) standing = customer.segments.insert(standing, Standing{.segment = segment.fingerprint});
    if (member && !was_member) standing->since_ms = at_ms;
    if (!member) standing->since_ms = 0;
    standing->member = member;
    standing->due_at_ms = due_at_ms;
  }
  return member == was_member ? absl::OkStatus() : Tell(customer, segment, member, at_ms, context, effects);
}

// The definitions by which the customer stands are those in force; false when there is nothing to judge by now. A new customer of known
// definitions is judged by all of them, and not silently.
bool StandsBy(Customer& customer, const StepContext& context, Effects& effects, bool* all) {
  const Playbook* playbook = context.playbooks.current.get();
  const uint64_t version = playbook == nullptr ? 0 : playbook->segments_version;
  *all = customer.segments_version != version;
  if (*all) {
    LeaveSegments(customer, context, effects);
    if (context.segments != Mode::kOff) customer.segments_version = version;
  }
  return version != 0 && context.segments != Mode::kOff;
}

}  // namespace

uint32_t PartsOf(const std::vector<std::string>& names) {
  static constexpr std::pair<std::string_view, uint32_t> kParts[] = {
      {"customer", kPartAll},          {"customer.first_seen", kPartSeen},    {"customer.last_seen", kPartSeen},      {"customer.orders", kPartOrders},
      {"customer.revenue", kPartOrders}, {"customer.last_order_at", kPartOrders}, {"customer.endpoints", kPartEndpoints},
  };
  uint32_t parts = 0;
  for (std::string_view name : names) {
    const auto* known = std::find_if(std::begin(kParts), std::end(kParts), [&](const auto& part) { return part.first == name; });
    if (known != std::end(kParts)) parts |= known->second;
    else if (name.substr(0, 9) == "customer.") parts |= kPartAttributes;
    else if (name.substr(0, 4) == "cart") parts |= kPartCarts;
  }
  return parts;
}

std::string MembersTally(uint64_t version, std::string_view name) { return fmt::format("members\t{:016x}\t{}", version, name); }

absl::Status JudgeSegments(Customer& customer, uint32_t parts, absl::Span<const uint64_t> types, const StepContext& context, Effects& effects) {
  bool all = false;
  if (!StandsBy(customer, context, effects, &all)) return absl::OkStatus();
  for (const Segment& segment : context.playbooks.current->segments)
    if (all || LooksAt(segment, parts, types)) RETURN_IF_ERROR(Judge(customer, segment, context.now_ms, context, effects));
  return absl::OkStatus();
}

absl::Status JudgeDueSegments(Customer& customer, const StepContext& context, Effects& effects) {
  bool all = false;
  if (!StandsBy(customer, context, effects, &all)) return absl::OkStatus();
  if (all) return JudgeSegments(customer, kPartAll, {}, context, effects);
  for (int turn = 0;; ++turn) {
    const Standing* next = nullptr;
    for (const Standing& standing : customer.segments)
      if (standing.due_at_ms != 0 && standing.due_at_ms <= context.now_ms && (next == nullptr || standing.due_at_ms < next->due_at_ms)) next = &standing;
    if (next == nullptr) return absl::OkStatus();
    const Segment* segment = FindSegment(*context.playbooks.current, next->segment);
    if (segment == nullptr) return absl::InternalError("a customer stands in a segment that is not defined");
    RETURN_IF_ERROR(Judge(customer, *segment, turn < kTurnsMax ? next->due_at_ms : context.now_ms, context, effects));
  }
}

void LeaveSegments(Customer& customer, const StepContext& context, Effects& effects) {
  const Playbook* playbook = context.playbooks.current.get();
  if (playbook != nullptr && playbook->segments_version == customer.segments_version)
    for (const Standing& standing : customer.segments)
      if (const Segment* segment = FindSegment(*playbook, standing.segment); segment != nullptr && standing.member)
        effects.Count(MembersTally(customer.segments_version, segment->name), -1);
  customer.segments.clear();
  customer.segments_version = 0;
}

}  // namespace cartwheel
