#include "cli/graph_flow.h"

#include <utility>

#include "base/string_map.h"
#include "fmt/format.h"

namespace cartwheel::cli {
namespace {

class FlowBuilder {
 public:
  Flow Build(const std::string& name, const JsonNode& journey) {
    flow_.journey = name;
    Start(journey);
    flow_.items.push_back({0, {}, true});
    const JsonNode* steps = journey.Find("steps");
    Ends ends = steps == nullptr ? Ends{{0, ""}} : List(*steps, {{0, ""}}, &flow_.items);
    if (!ends.empty()) {
      const size_t end = Add({"end", "the end", {}});
      Connect(ends, end);
      flow_.items.push_back({end, {}, false});
    }
    for (const auto& [from, to] : jumps_)
      if (const auto found = names_.find(to); found != names_.end())
        flow_.edges.push_back({from, found->second, "again", true});
    return std::move(flow_);
  }

 private:
  // What leads on and is not connected yet.
  struct End {
    size_t node;
    std::string label;
  };
  using Ends = std::vector<End>;

  size_t Add(FlowNode node) {
    flow_.nodes.push_back(std::move(node));
    return flow_.nodes.size() - 1;
  }

  void Connect(const Ends& ends, size_t to) {
    for (const End& end : ends) flow_.edges.push_back({end.node, to, end.label});
  }

  void Start(const JsonNode& journey) {
    FlowNode start{"start", flow_.journey, {}};
    if (const JsonNode* enter = journey.Find("enter")) {
      start.details.push_back("begins on " + TriggerWords(*enter));
      for (const std::string& term : TermsOf(*enter))
        start.details.push_back(term.starts_with("key ") ? fmt::format("one for each {}", term.substr(4)) : term);
    }
    if (const JsonNode* exits = journey.Find("exit"))
      for (const auto& exit : exits->members) start.details.push_back("ends on " + TriggerWords(exit.value));
    if (const JsonNode* goal = journey.Find("goal"))
      start.details.push_back(fmt::format("goal: {} within {}{}", TriggerWords(*goal), TextIn(*goal, "within"),
                                          TextIn(*goal, "from") == "entered" ? " of the entry" : ""));
    if (const JsonNode* outranked = journey.Find("outranks")) start.details.push_back("outranks " + Brief(*outranked));
    Add(std::move(start));
  }

  // The name by which a goto finds the step: its own, else a send's template; the first of that name.
  void Name(const JsonNode& step, size_t node) {
    const std::string_view name = IdentityOf(step);
    if (!name.empty()) names_.emplace(std::string(name), node);
  }

  Ends List(const JsonNode& list, Ends ends, std::vector<FlowItem>* items) {
    for (const auto& member : list.members) ends = Step(member.value, ends, items);
    return ends;
  }

  Ends Step(const JsonNode& step, const Ends& before, std::vector<FlowItem>* items) {
    const std::string kind(KindOf(step));
    StepWords words = WordsOf(step);
    const size_t node = Add({kind, std::move(words.title), std::move(words.details)});
    Name(step, node);
    Connect(before, node);
    FlowItem item{node, {}, kind != "exit"};
    Ends ends;
    if (kind != "exit" && !ArmsAreAll(step)) ends.push_back({node, kind == "goto" ? "then" : ""});
    if (kind == "goto") jumps_.emplace_back(node, std::string(TextIn(step, "goto")));
    Arms(step, node, &item, &ends);
    items->push_back(std::move(item));
    return ends;
  }

  void Arms(const JsonNode& step, size_t node, FlowItem* item, Ends* ends) {
    const std::vector<ArmOf> arms = ArmsOf(step);
    item->goes_on = item->goes_on && !ArmsAreAll(step);
    struct Entered {
      const ArmOf* arm;
      size_t first_edge;  // the edge that leads into it; the number of edges: it is empty
    };
    std::vector<Entered> entered;
    std::vector<std::pair<const ArmOf*, size_t>> holdouts;
    for (const ArmOf& arm : arms) {
      FlowArm& drawn = item->arms.emplace_back(FlowArm{arm.label, {}});
      if (arm.holdout) {
        const size_t held = Add(
            {"holdout",
             fmt::format("held out: walks {} and is sent no advertisement", arm.as.empty() ? "the first arm" : arm.as),
             {}});
        Connect({{node, arm.label}}, held);
        drawn.items.push_back({held, {}, false});
        holdouts.emplace_back(&arm, held);
        continue;
      }
      entered.push_back({&arm, flow_.edges.size()});
      const bool empty = arm.steps == nullptr || arm.steps->members.empty();
      Ends after = empty ? Ends{{node, arm.label}} : List(*arm.steps, {{node, arm.label}}, &drawn.items);
      if (empty) entered.back().first_edge = kNone;
      for (End& end : after) ends->push_back(std::move(end));
    }
    for (const auto& [arm, held] : holdouts)
      for (const Entered& walked : entered)
        if (arm->as.empty() || arm->as == walked.arm->name) {
          if (walked.first_edge == kNone)
            ends->push_back({held, ""});
          else
            flow_.edges.push_back({held, flow_.edges[walked.first_edge].to, "", true});
          break;
        }
  }

  static constexpr size_t kNone = static_cast<size_t>(-1);

  Flow flow_;
  StringMap<size_t> names_;
  std::vector<std::pair<size_t, std::string>> jumps_;
};

}  // namespace

Flow FlowOf(const std::string& name, const JsonNode& journey) { return FlowBuilder().Build(name, journey); }

}  // namespace cartwheel::cli
