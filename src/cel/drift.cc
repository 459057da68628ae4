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

int64_t Bounded(__int128 delay) { return delay >= kNever ? kNever : static_cast<int64_t>(delay); }

// How long until something `distance` > 0 away is reached at `speed` > 0 a millisecond.
int64_t Reach(__int128 distance, int64_t speed) { return Bounded((distance + speed - 1) / speed); }

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

int64_t SignTurnsAfter(int64_t left, int64_t right, int64_t drift) {
  __int128 ahead = static_cast<__int128>(left) - right;
  if (drift == 0) return kNever;
  if (ahead == 0) return 1;
  if ((ahead > 0) == (drift > 0)) return kNever;  // moving apart
  return ahead > 0 ? Reach(ahead, -drift) : Reach(-ahead, drift);
}

}  // namespace cartwheel::cel
