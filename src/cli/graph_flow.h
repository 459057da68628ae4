// A journey as a drawing needs it: boxes, the ways between them, and how lists of steps lie inside of each other.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "cli/step_words.h"

namespace cartwheel::cli {

struct FlowNode {
  std::string kind;  // "start", "end", "holdout", or that of a step
  std::string title;
  std::vector<std::string> details;
};

struct FlowEdge {
  size_t from = 0, to = 0;  // places of nodes
  std::string label;
  bool jump = false;  // by a goto, or from a holdout into the arm that it walks
};

struct FlowItem;
struct FlowArm {
  std::string label;
  std::vector<FlowItem> items;
};
struct FlowItem {
  size_t node = 0;
  std::vector<FlowArm> arms;  // beside each other, under the node
  bool goes_on = true;        // also past its arms, to the item after it
};

struct Flow {
  std::string journey;
  std::vector<FlowNode> nodes;
  std::vector<FlowEdge> edges;
  std::vector<FlowItem> items;  // the first is the start, the last the end where it is reached
};

// `journey` is of a playbook that compiles.
Flow FlowOf(const std::string& name, const JsonNode& journey);

// Each draws all flows, one after the other.
std::string MermaidOf(const std::vector<Flow>& flows);
std::string DotOf(const std::vector<Flow>& flows);
std::string SvgOf(const std::vector<Flow>& flows);

}  // namespace cartwheel::cli
