// The ways through a journey, with the longest that they take: what can be said of two sends that lie on one of them.
// Times are bounds of the plan. A jump is no way: a step that one leads to begins ways of its own, so that nothing is
// said of it that a walk which came by the jump would refute.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "core/model/playbook.h"

namespace cartwheel::playbook {

inline constexpr int64_t kUnknownMs = int64_t{400} * 24 * 3600 * 1000;  // it ends by the clock, or by a field
inline constexpr int64_t kNoWay = -1;
inline constexpr int64_t kNoWayAtAll = std::numeric_limits<int64_t>::max();  // of a number of messages

// How long an advertisement may wait for an opening beside its `latest`: hours have one each day but Sunday.
int64_t ClosedMax(const SendStep& send, const Policy& policy);

// A way from one step to another.
struct Way {
  uint32_t to = 0;
  int64_t shortest_ms = 0, longest_ms = 0;
  bool makes = false;               // a message of the step was made
  bool leaves = false;              // and left
  std::optional<uint32_t> without;  // a send whose message did not leave, where this way is taken
};

class Ways {
 public:
  Ways(const Journey& journey, const Playbook& playbook);

  const std::vector<Way>& From(uint32_t place) const { return ways_[place]; }

  // The span of the ways from each step to `place`; kNoWay where there is none. `directly`: only those on which the
  // step makes a message, and none is made between the two.
  struct Span {
    int64_t shortest_ms = kNoWay, longest_ms = kNoWay;
  };
  std::vector<Span> SpansTo(uint32_t place, bool directly) const;
  // The least number of messages of the steps `counted` that leave on a way to `place`; kNoWayAtAll where none leads
  // there.
  int64_t FewestBefore(uint32_t place, const std::vector<bool>& counted) const;

 private:
  std::vector<std::vector<Way>> ways_;
  std::vector<bool> begins_;  // the first step, and those that a jump leads to
};

}  // namespace cartwheel::playbook
