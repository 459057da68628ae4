// `cartwheel graph`: draws the journeys of a playbook.
#include "base/status.h"
#include "base/suggest.h"
#include "cli/args.h"
#include "cli/graph_flow.h"
#include "cli/output.h"
#include "cli/playbook_file.h"
#include "fmt/format.h"

namespace cartwheel::cli {
namespace {

constexpr OptionSpec kGraphOptions[] = {
    {"--format", "NAME", "mermaid (the default), dot for Graphviz, or svg"},
};

constexpr struct {
  std::string_view name;
  std::string (*draw)(const std::vector<Flow>& flows);
} kFormats[] = {{"mermaid", MermaidOf}, {"dot", DotOf}, {"svg", SvgOf}};

absl::StatusOr<std::vector<Flow>> FlowsOf(const Args& args) {
  ASSIGN_OR_RETURN(const PlaybookFile file, ReadPlaybook(args.operand(0)));
  const std::string wanted = args.operands() > 1 ? args.operand(1) : "";
  std::vector<Flow> flows;
  std::vector<std::string_view> names;
  if (const JsonNode* journeys = file.json.Find("journeys"))
    for (const auto& member : journeys->members) {
      names.push_back(member.key);
      if (wanted.empty() || member.key == wanted) flows.push_back(FlowOf(member.key, member.value));
    }
  if (!flows.empty()) return flows;
  if (wanted.empty()) return absl::NotFoundError(fmt::format("{}: there is no journey", args.operand(0)));
  const std::string_view nearest = Nearest(wanted, names, Nearness::kPossible);
  return absl::NotFoundError(fmt::format("{}: no journey is called \"{}\"{}", args.operand(0), wanted,
                                         nearest.empty() ? "" : fmt::format(", did you mean \"{}\"?", nearest)));
}

int RunGraph(const Args& args) {
  const std::string name = args.Get("--format", "mermaid");
  for (const auto& format : kFormats) {
    if (format.name != name) continue;
    const absl::StatusOr<std::vector<Flow>> flows = FlowsOf(args);
    return flows.ok() ? Print(format.draw(*flows)) : Fail(flows.status());
  }
  return Fail(kUsage, fmt::format("--format is \"{}\", expected mermaid, dot or svg", name));
}

}  // namespace

const Command kGraphCommand = {
    "graph",
    "PLAYBOOK [JOURNEY]",
    "draws the journeys of a playbook, or one of them",
    "Mermaid is what Markdown pages of many hosts show as a drawing; svg is a picture that browsers open.",
    {"cartwheel graph examples/recipes/cart-24-48-72.json --format svg > journey.svg",
     "cartwheel graph playbook.json cart --format dot | dot -Tpng > cart.png"},
    kGraphOptions,
    RunGraph,
};

}  // namespace cartwheel::cli
