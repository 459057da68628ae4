#include "playbook/step_times.h"

#include <algorithm>
#include <limits>

#include "base/time.h"
#include "playbook/send_step.h"

namespace cartwheel::playbook {
namespace {

constexpr int64_t kLatestDefaultMaxMs = 24 * kHourMs;

// The waits of a known length that lie directly after the step, and the time of a wait for something.
int64_t WaitAfter(const std::vector<JourneyStep>& steps, const JourneyStep& step) {
  int64_t sum = 0;
  for (uint32_t place = step.next; place < steps.size(); place = steps[place].next) {
    if (const auto* wait_for = std::get_if<WaitForStep>(&steps[place].does)) return sum + wait_for->within_ms;
    if (steps[place].acts()) continue;
    const auto* wait = std::get_if<WaitStep>(&steps[place].does);
    if (wait == nullptr || wait->kind != WaitStep::Kind::kSpan) break;
    sum += wait->span_ms;
  }
  return sum;
}

}  // namespace

void FillTimes(std::vector<JourneyStep>* all) {
  std::vector<JourneyStep>& steps = *all;
  constexpr int64_t kNotReached = std::numeric_limits<int64_t>::max();
  // The waits of a known length that lie directly before each step, by the shortest way; half of a wait for
  // something.
  std::vector<int64_t> before(steps.size(), kNotReached);
  if (!before.empty()) before[0] = 0;
  for (uint32_t place = 0; place < steps.size(); ++place) {
    JourneyStep& step = steps[place];
    int64_t waited = before[place] == kNotReached ? 0 : before[place];
    if (auto* send = std::get_if<SendStep>(&step.does)) {
      const int64_t following = WaitAfter(steps, step);
      if (send->latest_ms == kSpanUnset)
        send->latest_ms = following == 0 ? kLatestDefaultMaxMs : std::min(following, kLatestDefaultMaxMs);
      if (send->min_gap_ms == kSpanUnset) send->min_gap_ms = waited / 2;
      waited = 0;
    } else if (const auto* wait = std::get_if<WaitStep>(&step.does); wait != nullptr) {
      if (wait->kind == WaitStep::Kind::kSpan) waited += wait->span_ms;
    } else if (const auto* wait_for = std::get_if<WaitForStep>(&step.does); wait_for != nullptr) {
      waited = wait_for->within_ms;
    }
    ForEachNext(step, [&](uint32_t next) {
      if (next > place && next < steps.size()) before[next] = std::min(before[next], waited);
    });
  }
}

}  // namespace cartwheel::playbook
