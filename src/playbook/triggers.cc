#include "playbook/triggers.h"

#include "base/status.h"
#include "base/suggest.h"
#include "cartwheel/limits.h"
#include "core/model/event_names.h"
#include "fmt/format.h"
#include "playbook/fields.h"

namespace cartwheel::playbook {
namespace {

constexpr size_t kEndingMax = 3;  // letters that "product_add", "order_complete", "order_cancel" lack

// The type of the vocabulary that `name` was meant to be; empty when it is a name of its own.
std::string_view Meant(std::string_view name) {
  for (int i = 1; i <= static_cast<int>(kLastEventType); ++i) {
    std::string_view type = EventTypeName(static_cast<EventType>(i));
    if (IsSlip(name, type)) return type;
    bool lacks_ending = name.find('_') != name.npos && name.size() < type.size() &&
                        type.size() - name.size() <= kEndingMax && type.substr(0, name.size()) == name;
    if (lacks_ending) return type;
  }
  return {};
}

}  // namespace

Trigger ReadTrigger(const JsonNode& node, ErrorList* errors) {
  if (!node.is_text()) {
    errors->Add(node, fmt::format("expected an event type such as \"order_completed\", found {}", Describe(node)));
    return {};
  }
  const std::string& name = node.text;
  std::string problem = NameProblem(name);
  Trigger trigger{FindEventType(name), name};
  if (!problem.empty()) {
  } else if (name.size() > kTypeBytesMax) {
    problem =
        fmt::format("the event type {} has {} bytes: type_bytes_max is {}", Quote(name), name.size(), kTypeBytesMax);
  } else if (trigger.type == EventType::kErase) {
    problem = "an erased customer is in no journey, expected another event type than \"erase\"";
  } else if (trigger.type == EventType::kReceipt) {
    problem = fmt::format("{} is made by the engine for itself, expected an event of the shop", Quote(name));
  } else if (trigger.type == EventType::kCustom) {
    if (std::string_view meant = Meant(name); !meant.empty())
      problem = fmt::format("unknown event type {}, did you mean \"{}\"? (write custom events with another name)",
                            Quote(name), meant);
    // Another system's name: the ingest makes our type of such events.
    else if (EventType named = NamedEventType(name); named != EventType::kCustom)
      trigger = {named, std::string(EventTypeName(named))};
  }
  if (problem.empty()) return trigger;
  errors->Add(node, problem);
  return {};
}

void ReadTriggerSegment(const JsonNode& node, const Playbook& playbook, ErrorList* errors, Trigger* trigger) {
  const auto& segments = playbook.segments;
  const bool known = node.is_text() && std::any_of(segments.begin(), segments.end(),
                                                   [&](const Segment& s) { return s.name == node.text; });
  if (trigger->type != EventType::kSegmentEntered && trigger->type != EventType::kSegmentLeft)
    errors->Add(node, R"("segment" stands beside "on": "segment_entered" or "on": "segment_left")");
  else if (!known)
    errors->Add(node, fmt::format("{} is no segment of this playbook", Describe(node)));
  trigger->segment = node.text;
}

}  // namespace cartwheel::playbook
