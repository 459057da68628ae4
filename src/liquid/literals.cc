#include "liquid/literals.h"

#include <algorithm>
#include <iterator>
#include <variant>

#include "base/place.h"
#include "fmt/format.h"
#include "liquid/text.h"

namespace cartwheel::liquid {
namespace {

// Filters that print all of what they are given, and those of them whose arguments are printed too.
constexpr std::string_view kKeeping[] = {"append", "prepend", "default", "upcase", "downcase",      "capitalize",
                                         "strip",  "lstrip",  "rstrip",  "raw",    "newline_to_br", "strip_newlines"};
constexpr std::string_view kPrinting[] = {"append", "prepend", "default"};

template <size_t kCount>
bool IsOneOf(std::string_view name, const std::string_view (&names)[kCount]) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

class Walker {
 public:
  Walker(const Tree& tree, absl::FunctionRef<void(std::string_view)> call) : call_(call) {
    filters_captured_ = tree.source.find("writable") != tree.source.npos;
    Walk(tree.body);
  }

 private:
  void Walk(const Block& block) {
    for (const Node& node : block) std::visit([this](const auto& body) { Visit(body); }, node.body);
  }

  void Print(const Expression& expression) {
    if (expression.kind == Expression::Kind::kLiteral && expression.literal.is_string())
      call_(expression.literal.text());
  }

  void Visit(const TextNode& node) { call_(node.text); }
  void Visit(const OutputNode& node) {
    const Filtered& value = node.value;
    for (size_t i = value.filters.size(); i-- > 0;) {
      const FilterCall& call = value.filters[i];
      if (!IsOneOf(call.filter->name, kKeeping)) return;
      for (const FilterArgument& argument : call.arguments)
        if (IsOneOf(call.filter->name, kPrinting)) Print(argument.value);
    }
    Print(value.input);
  }
  void Visit(const CaptureNode& node) {
    if (!filters_captured_) Walk(node.body);
  }
  void Visit(const IfNode& node) {
    for (const IfNode::Branch& branch : node.branches) Walk(branch.body);
  }
  void Visit(const CaseNode& node) {
    for (const CaseNode::Branch& branch : node.branches) Walk(branch.body);
  }
  void Visit(const ForNode& node) {
    Walk(node.body);
    Walk(node.otherwise);
  }
  void Visit(const TablerowNode& node) { Walk(node.body); }
  void Visit(const PartialNode& node) {
    for (const PartialNode::Choice& choice : node.choices) Walk(choice.body);
  }
  void Visit(const CycleNode& node) {
    for (const Expression& item : node.items) Print(item);
  }
  void Visit(const IfChangedNode& node) { Walk(node.body); }
  void Visit(const AssignNode&) {}
  void Visit(const CounterNode&) {}
  void Visit(const AbortNode&) {}
  void Visit(const BreakNode&) {}
  void Visit(const ContinueNode&) {}

  absl::FunctionRef<void(std::string_view)> call_;
  bool filters_captured_;  // a captured text may go through `writable`
};

}  // namespace

void ForEachLiteral(const Tree& tree, absl::FunctionRef<void(std::string_view literal)> call) { Walker(tree, call); }

std::string PlaceIn(const Tree& tree, std::string_view text) {
  auto within = [&](std::string_view source) {
    return text.data() >= source.data() && text.data() <= source.data() + source.size();
  };
  for (const Tree::Partial& partial : tree.partials)
    if (within(partial.source))
      return fmt::format("\"{}\" {}", partial.name,
                         LineAndColumn(partial.source, static_cast<size_t>(text.data() - partial.source.data())));
  return within(tree.source) ? LineAndColumn(tree.source, static_cast<size_t>(text.data() - tree.source.data()))
                             : "1:1";
}

}  // namespace cartwheel::liquid
