// Drawings as text: Mermaid's flowcharts and Graphviz' dot.
#include "cli/graph_flow.h"
#include "fmt/format.h"

namespace cartwheel::cli {
namespace {

struct Shape {
  std::string_view kind;
  std::string_view open, close;  // of Mermaid
  std::string_view dot;
};
constexpr Shape kShapes[] = {
    {"start", "([", "])", "oval"},       {"end", "([", "])", "oval"},
    {"exit", "([", "])", "oval"},        {"wait", "[/", "/]", "parallelogram"},
    {"branch", "{", "}", "diamond"},     {"split", "{", "}", "diamond"},
    {"wait_for", "{{", "}}", "hexagon"}, {"call", "{{", "}}", "hexagon"},
    {"goto", ">", "]", "cds"},           {"", "[", "]", "box"},
};

const Shape& ShapeOf(std::string_view kind) {
  for (const Shape& shape : kShapes)
    if (shape.kind == kind) return shape;
  return kShapes[std::size(kShapes) - 1];
}

// A text in which each character of `from` is written as the text beside it.
std::string Escaped(std::string_view text, std::initializer_list<std::pair<char, std::string_view>> replaced) {
  std::string out;
  for (const char c : text) {
    std::string_view as(&c, 1);
    for (const auto& [from, to] : replaced)
      if (c == from) as = to;
    out += as;
  }
  return out;
}

std::string MermaidText(std::string_view text) {
  return Escaped(text, {{'"', "#quot;"}, {'#', "#35;"}, {'<', "#lt;"}, {'>', "#gt;"}, {'\n', " "}, {'`', "#96;"}});
}

std::string DotText(std::string_view text) { return Escaped(text, {{'"', "\\\""}, {'\\', "\\\\"}, {'\n', " "}}); }

std::string Label(const FlowNode& node, std::string_view line_break, std::string (*escape)(std::string_view)) {
  std::string text = escape(node.title);
  for (const std::string& detail : node.details) text += fmt::format("{}{}", line_break, escape(detail));
  return text;
}

}  // namespace

std::string MermaidOf(const std::vector<Flow>& flows) {
  std::string out = "flowchart TD\n";
  for (size_t f = 0; f < flows.size(); ++f) {
    const Flow& flow = flows[f];
    out += fmt::format("  subgraph j{} [\"{}\"]\n", f, MermaidText(flow.journey));
    for (size_t n = 0; n < flow.nodes.size(); ++n) {
      const Shape& shape = ShapeOf(flow.nodes[n].kind);
      out += fmt::format("    j{}n{}{}\"{}\"{}\n", f, n, shape.open, Label(flow.nodes[n], "<br/>", MermaidText),
                         shape.close);
    }
    for (const FlowEdge& edge : flow.edges)
      out += fmt::format("    j{}n{} {}{} j{}n{}\n", f, edge.from, edge.jump ? "-.->" : "-->",
                         edge.label.empty() ? "" : fmt::format("|\"{}\"|", MermaidText(edge.label)), f, edge.to);
    out += "  end\n";
  }
  return out;
}

std::string DotOf(const std::vector<Flow>& flows) {
  std::string out =
      "digraph playbook {\n  node [fontname=\"sans-serif\", fontsize=11];\n"
      "  edge [fontname=\"sans-serif\", fontsize=10];\n";
  for (size_t f = 0; f < flows.size(); ++f) {
    const Flow& flow = flows[f];
    out += fmt::format("  subgraph cluster_{} {{\n    label=\"{}\";\n", f, DotText(flow.journey));
    for (size_t n = 0; n < flow.nodes.size(); ++n)
      out += fmt::format("    j{}n{} [shape={}, label=\"{}\"];\n", f, n, ShapeOf(flow.nodes[n].kind).dot,
                         Label(flow.nodes[n], "\\n", DotText));
    for (const FlowEdge& edge : flow.edges)
      out += fmt::format("    j{}n{} -> j{}n{} [label=\"{}\"{}];\n", f, edge.from, f, edge.to, DotText(edge.label),
                         edge.jump ? ", style=dashed, constraint=false" : "");
    out += "  }\n";
  }
  return out + "}\n";
}

}  // namespace cartwheel::cli
