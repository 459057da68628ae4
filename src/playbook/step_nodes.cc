#include "playbook/step_nodes.h"

#include <string_view>

namespace cartwheel::playbook {
namespace {

constexpr std::string_view kWayLists[] = {"on_capped", "on_unreachable", "on_failed"};
constexpr std::string_view kNestedLists[] = {"branch", "split", "wait_for", "then"};
constexpr std::string_view kOfArms[] = {"steps", "then"};
constexpr std::string_view kLastLists[] = {"else", "timeout"};

void Add(const JsonNode* steps, std::vector<const JsonNode*>& nodes) {
  if (steps == nullptr || !steps->is_list()) return;
  for (const JsonMember& member : steps->members) {
    const JsonNode& step = member.value;
    nodes.push_back(&step);
    for (const std::string_view key : kWayLists) Add(step.Find(key), nodes);
    for (const std::string_view key : kNestedLists)
      if (const JsonNode* arms = step.Find(key); arms != nullptr && arms->is_list())
        for (const JsonMember& arm : arms->members)
          for (const std::string_view of : kOfArms) Add(arm.value.Find(of), nodes);
    for (const std::string_view key : kLastLists) Add(step.Find(key), nodes);
  }
}

}  // namespace

std::vector<const JsonNode*> StepNodes(const JsonNode& steps) {
  std::vector<const JsonNode*> nodes;
  Add(&steps, nodes);
  return nodes;
}

}  // namespace cartwheel::playbook
