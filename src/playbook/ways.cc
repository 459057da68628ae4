#include "playbook/ways.h"

#include <algorithm>

#include "base/overloaded.h"
#include "base/time.h"

namespace cartwheel::playbook {
namespace {

constexpr int64_t kClosedMaxMs = 2 * kDayMs;

// The latest that it is known what became of a step's message, after its plan.
int64_t KnownMax(const SendStep& send, const Playbook& playbook) {
  int64_t report_ms = 0;
  for (const std::string& channel : send.via)
    if (const auto found = playbook.report_within_ms.find(channel); found != playbook.report_within_ms.end())
      report_ms = std::max(report_ms, found->second);
  return send.latest_ms + ClosedMax(send, playbook.policy) + report_ms;
}

std::vector<Way> WaysOfSend(const JourneyStep& step, const SendStep& send, const Playbook& playbook) {
  std::vector<Way> ways = {{.to = step.next, .makes = true, .leaves = true}};
  for (const OnTrouble* trouble : {&send.on_capped, &send.on_unreachable})
    if (trouble->does == OnTrouble::Does::kSteps) ways.push_back({.to = trouble->next});
  if (send.on_failed.does == OnTrouble::Does::kSteps)
    ways.push_back({.to = send.on_failed.next, .longest_ms = KnownMax(send, playbook), .makes = true});
  return ways;
}

std::vector<Way> WaysOfWait(const JourneyStep& step, const WaitForStep& wait, const Journey& journey,
                            const Playbook& playbook) {
  int64_t longest_ms = wait.within_ms;
  for (const WaitForStep::Alternative& asked : wait.alternatives)
    if (asked.of_message)
      longest_ms = std::max(longest_ms, wait.within_ms + KnownMax(journey.steps[asked.step].send(), playbook));
  std::vector<Way> ways = {{.to = step.next, .longest_ms = longest_ms}};
  for (const WaitForStep::Alternative& asked : wait.alternatives) {
    Way way{.to = asked.next, .longest_ms = longest_ms};
    if (asked.of_message && (asked.fate == MessageFate::kFailed || asked.fate == MessageFate::kUnreachable))
      way.without = asked.step;
    ways.push_back(way);
  }
  return ways;
}

std::vector<Way> WaysOf(const JourneyStep& step, const Journey& journey, const Playbook& playbook) {
  std::vector<Way> ways;
  int64_t shortest_ms = 0, longest_ms = 0;
  if (const auto* send = std::get_if<SendStep>(&step.does)) return WaysOfSend(step, *send, playbook);
  if (const auto* wait_for = std::get_if<WaitForStep>(&step.does))
    return WaysOfWait(step, *wait_for, journey, playbook);
  if (const auto* call = std::get_if<CallStep>(&step.does))
    longest_ms = call->latest_ms + kClosedMaxMs + call->within_ms;  // of what was made late for an opening, too
  if (const auto* wait = std::get_if<WaitStep>(&step.does)) {
    shortest_ms = wait->kind == WaitStep::Kind::kSpan ? wait->span_ms : 0;
    longest_ms = wait->kind == WaitStep::Kind::kSpan ? wait->span_ms : kUnknownMs;
  }
  ForEachNext(
      step, [&](uint32_t next) { ways.push_back({.to = next, .shortest_ms = shortest_ms, .longest_ms = longest_ms}); });
  return ways;
}

}  // namespace

int64_t ClosedMax(const SendStep& send, const Policy& policy) {
  const bool is_ad = send.message_template->message_class == MessageClass::kAdvertisement;
  return is_ad && !policy.rules.empty() && !send.skip_when_closed ? kClosedMaxMs : 0;
}

Ways::Ways(const Journey& journey, const Playbook& playbook) : begins_(journey.steps.size(), false) {
  begins_[0] = true;
  for (const JourneyStep& step : journey.steps) {
    ways_.push_back(WaysOf(step, journey, playbook));
    if (std::holds_alternative<GotoStep>(step.does) && step.next < begins_.size()) begins_[step.next] = true;
  }
}

std::vector<Ways::Span> Ways::SpansTo(uint32_t place, bool directly) const {
  std::vector<Span> spans(place + 1), through(place + 1);  // from a step; and through it, where it makes no message
  spans[place] = through[place] = {0, 0};
  auto add = [](Span& span, const Way& way, const Span& rest) {
    const int64_t shortest_ms = way.shortest_ms + rest.shortest_ms;
    span.shortest_ms = span.shortest_ms == kNoWay ? shortest_ms : std::min(span.shortest_ms, shortest_ms);
    span.longest_ms = std::max(span.longest_ms, std::min(way.longest_ms + rest.longest_ms, kUnknownMs));
  };
  for (uint32_t from = place; from-- > 0;)
    for (const Way& way : ways_[from]) {
      if (way.to > place || through[way.to].longest_ms == kNoWay) continue;
      if (!directly || way.makes) add(spans[from], way, through[way.to]);
      if (!directly || !way.makes) add(through[from], way, through[way.to]);
    }
  return spans;
}

int64_t Ways::FewestBefore(uint32_t place, const std::vector<bool>& counted) const {
  std::vector<int64_t> fewest(place + 1, kNoWayAtAll);
  for (uint32_t from = 0; from < place; ++from) {
    if (begins_[from]) fewest[from] = 0;
    if (fewest[from] == kNoWayAtAll) continue;
    for (const Way& way : ways_[from]) {
      if (way.to > place) continue;
      int64_t number = fewest[from] + (counted[from] && way.leaves ? 1 : 0);
      if (way.without && *way.without < counted.size() && counted[*way.without])
        number = std::max<int64_t>(0, number - 1);
      fewest[way.to] = std::min(fewest[way.to], number);
    }
  }
  return begins_[place] ? 0 : fewest[place];
}

}  // namespace cartwheel::playbook
