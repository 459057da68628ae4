#include "cel/drift.h"

#include <algorithm>
#include <optional>

#include "base/place.h"
#include "base/status.h"
#include "fmt/format.h"

namespace cartwheel::cel {
namespace {

bool IsComparison(Function function) { return IsOrdering(function) || IsEquality(function); }

// What flows out of the node when its children drift so. Empty: a drifting child may not stand there.
std::optional<int> Flow(const Node& node, const Annotation& annotation, const std::vector<int>& child) {
  const Function function = annotation.function;
  if (function == Function::kAdd) return child[0] + child[1];
  if (function == Function::kSubtract || IsComparison(function)) return child[0] - child[1];
  if (function == Function::kToDyn || function == Function::kToTimestamp || function == Function::kToDuration)
    return child[0];
  bool fits = std::all_of(child.begin(), child.end(), [](int one) { return one == 0; });
  if (annotation.window)  // the bounds of a window may move with the time, or stand still
    fits = std::all_of(child.begin(), child.end(), [](int one) { return one == 0 || one == 1; });
  if (node.kind == NodeKind::kConditional)
    return child[0] == 0 && child[1] == child[2] ? std::optional<int>(child[1]) : std::nullopt;
  return fits ? std::optional<int>(0) : std::nullopt;
}

}  // namespace

absl::StatusOr<std::vector<int>> FindDrift(const Tree& tree, const std::vector<Annotation>& annotations,
                                           const Environment& environment) {
  auto error = [&](const Node& node) {
    return ErrorAt(tree.source, node.at,
                   "the current time may be compared with a timestamp, moved by a duration, and no more");
  };
  std::vector<int> drift(tree.nodes.size());
  // Children stand before their parents, so one pass in order is enough.
  for (size_t i = 0; i < tree.nodes.size(); ++i) {
    const Node& node = tree.nodes[i];
    int slot = annotations[i].slot;
    if (slot >= 0) {
      drift[i] = environment.variables[static_cast<size_t>(slot)].is_now ? 1 : 0;
      continue;
    }
    std::vector<int> child;
    for (NodeId id : node.children)  // a comparison gives bool, which stands still
      child.push_back(IsComparison(annotations[id].function) ? 0 : drift[id]);
    const std::optional<int> flow = Flow(node, annotations[i], child);
    if (!flow) return error(node);
    drift[i] = *flow;
  }
  if (drift[tree.root] != 0 && !IsComparison(annotations[tree.root].function)) return error(tree[tree.root]);
  return drift;
}

}  // namespace cartwheel::cel
