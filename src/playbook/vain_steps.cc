#include "playbook/vain_steps.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "fmt/format.h"
#include "playbook/facts.h"
#include "playbook/step_nodes.h"
#include "playbook/vain_arms.h"

namespace cartwheel::playbook {
namespace {

using Nodes = std::vector<const JsonNode*>;

// Where a step may lead, jumps included.
template <typename Each>
void ForEachWay(const JourneyStep& step, Each each) {
  ForEachNext(step, each);
  if (std::holds_alternative<GotoStep>(step.does)) each(step.next);
}

void FindUnreached(const Nodes& nodes, const Journey& journey, ErrorList* told) {
  std::vector<bool> reached(journey.steps.size(), false), follows(journey.steps.size(), false);
  std::vector<uint32_t> open = {0};
  while (!open.empty()) {
    const uint32_t place = open.back();
    open.pop_back();
    if (place >= reached.size() || reached[place]) continue;
    reached[place] = true;
    ForEachWay(journey.steps[place], [&](uint32_t next) { open.push_back(next); });
  }
  // Of steps that follow one another the first is told.
  for (uint32_t place = 0; place < reached.size(); ++place)
    if (!reached[place])
      ForEachWay(journey.steps[place], [&](uint32_t next) {
        if (next < follows.size() && next != place) follows[next] = true;
      });
  for (uint32_t place = 0; place < reached.size(); ++place)
    if (!reached[place] && !follows[place])
      told->Add(*nodes[place], "is never reached: every way before it ends the walk or leads elsewhere");
}

// Whether an alternative of a wait asks for what one before it asks for, or for a part of it.
bool IsTakenBy(const WaitForStep::Alternative& before, const JsonNode& before_node,
               const WaitForStep::Alternative& asked, const JsonNode& asked_node) {
  if (asked.of_message || before.of_message)
    return asked.of_message && before.of_message && asked.fate == before.fate && asked.step == before.step;
  if (!before.on.Matches(asked.on.type, asked.on.name, asked.on.segment)) return false;
  const JsonNode *all = before_node.Find("when"), *some = asked_node.Find("when");
  return all == nullptr || (some != nullptr && AllFollow(FactsOf(all->text), FactsOf(some->text)));
}

// Whether a way leads from one step to another.
bool LeadsTo(const Journey& journey, uint32_t from, uint32_t to) {
  std::vector<bool> seen(journey.steps.size(), false);
  std::vector<uint32_t> open;
  ForEachWay(journey.steps[from], [&](uint32_t next) { open.push_back(next); });
  while (!open.empty()) {
    const uint32_t place = open.back();
    open.pop_back();
    if (place == to) return true;
    if (place >= seen.size() || seen[place]) continue;
    seen[place] = true;
    ForEachWay(journey.steps[place], [&](uint32_t next) { open.push_back(next); });
  }
  return false;
}

void FindVainWaits(const Nodes& nodes, const Journey& journey, ErrorList* told) {
  for (uint32_t place = 0; place < journey.steps.size(); ++place) {
    const auto* wait = std::get_if<WaitForStep>(&journey.steps[place].does);
    const JsonNode* arms = nodes[place]->Find("wait_for");
    if (wait == nullptr || arms == nullptr || arms->members.size() != wait->alternatives.size()) continue;
    for (size_t i = 0; i < arms->members.size(); ++i) {
      const WaitForStep::Alternative& asked = wait->alternatives[i];
      const JsonNode& node = arms->members[i].value;
      for (size_t before = 0; before < i; ++before) {
        if (!IsTakenBy(wait->alternatives[before], arms->members[before].value, asked, node)) continue;
        told->Add(node, fmt::format("is never walked: arm {} asks for the same", before + 1));
        break;
      }
      if (asked.of_message && asked.fate != MessageFate::kUnreachable && !LeadsTo(journey, asked.step, place))
        told->Add(node, fmt::format("is never walked: no way leads from \"{}\" to this wait",
                                    journey.steps[asked.step].name));
    }
  }
}

void FindEqualExits(const JsonNode& node, const Journey& journey, ErrorList* told) {
  const JsonNode* list = node.Find("exit");
  if (list == nullptr || list->members.size() != journey.exits.size()) return;
  for (size_t i = 0; i < journey.exits.size(); ++i)
    for (size_t before = 0; before < i; ++before) {
      const Exit &exit = journey.exits[i], &other = journey.exits[before];
      if (other.when != nullptr || !other.on.Matches(exit.on.type, exit.on.name, exit.on.segment)) continue;
      told->Add(list->members[i].value,
                fmt::format("does nothing: exit {} ends the walk on every such event", before + 1));
      break;
    }
}

void FindLateReports(const Nodes& nodes, const Journey& journey, const Playbook& playbook, ErrorList* told) {
  for (uint32_t place = 0; place < journey.steps.size(); ++place) {
    const auto* send = std::get_if<SendStep>(&journey.steps[place].does);
    if (send == nullptr || send->on_failed.does != OnTrouble::Does::kNextChannel) continue;
    for (size_t i = 0; i + 1 < send->via.size(); ++i) {
      const auto found = playbook.report_within_ms.find(send->via[i]);
      if (found == playbook.report_within_ms.end() || found->second <= send->latest_ms) continue;
      told->Add(
          *nodes[place],
          fmt::format("{} may say up to {} later that it failed, and no other channel is tried after \"latest\", {}",
                      send->via[i], FormatSpan(found->second), FormatSpan(send->latest_ms)));
    }
  }
}

}  // namespace

void FindVainSteps(const JsonNode& node, const Journey& journey, const Playbook& playbook, ErrorList* told) {
  const JsonNode* steps = node.Find("steps");
  if (steps == nullptr) return;
  const Nodes nodes = StepNodes(*steps);
  if (nodes.size() != journey.steps.size()) return;
  FindUnreached(nodes, journey, told);
  FindVainArms(*steps, told);
  FindVainWaits(nodes, journey, told);
  FindEqualExits(node, journey, told);
  FindLateReports(nodes, journey, playbook, told);
}

}  // namespace cartwheel::playbook
