// Walks a tree and appends its text: one object for one render. It owns the frame (what the template assigned) and the
// context; nothing of it outlives Run.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "base/value.h"
#include "liquid/context.h"
#include "liquid/environment.h"
#include "liquid/literals.h"
#include "liquid/tree.h"

namespace cartwheel::liquid {

class Renderer {
 public:
  Renderer(const Tree& tree, absl::Span<const Value> roots, const RenderOptions& options, std::string* out);

  absl::Status Run();

 private:
  enum class Flow : uint8_t { kNext, kBreak, kContinue };  // a failure is a kBreak that the context knows of

  Flow RenderBlock(const Block& block);
  Flow Render(const TextNode& node);
  Flow Render(const OutputNode& node);
  Flow Render(const AssignNode& node);
  Flow Render(const CaptureNode& node);
  Flow Render(const IfNode& node);
  Flow Render(const CaseNode& node);
  Flow Render(const ForNode& node);
  Flow Render(const TablerowNode& node);
  Flow Render(const PartialNode& node);
  Flow RenderChoice(const PartialNode& node, const PartialNode::Choice& choice);
  Flow Render(const CounterNode& node);
  Flow Render(const CycleNode& node);
  Flow Render(const IfChangedNode& node);
  Flow Render(const AbortNode& node);
  Flow Render(const BreakNode&) { return Flow::kBreak; }
  Flow Render(const ContinueNode&) { return Flow::kContinue; }

  Value Evaluate(const Expression& expression);
  Value EvaluateVariable(const Expression& expression, size_t steps);  // the first so many steps of its path
  std::string_view CurrencyOf(const Expression& amount);
  Value FindNamed(const Value& name);  // of a variable named by an expression
  Value Evaluate(const Filtered& filtered);
  Value Call(const Filtered& filtered, const FilterCall& call, const Value& input);
  bool Holds(const Condition& condition);

  // The part of a collection that a loop walks: elements [begin, end).
  struct Window {
    size_t begin = 0, end = 0;
  };
  Window WindowOf(int64_t offset, const std::optional<Expression>& limit, int32_t resume_slot, size_t size);
  int64_t LoopNumber(const Expression& expression, int64_t if_nil);

  void Note(const Expression& expression, const Value& value);  // that it was used
  bool IsMissing(const Value& value, const Expression& origin) const;
  void FailMissing(std::string_view text);
  void Print(Value value, bool raw);
  void CheckOutput();
  std::string PlaceOf(std::string_view text) const { return PlaceIn(tree_, text); }

  const Tree& tree_;
  absl::Span<const Value> roots_;
  std::string& out_;
  const size_t out_begin_;
  Context context_;
  Value* frame_ = nullptr;
  int64_t* resumes_ = nullptr;
  std::vector<std::pair<std::string, size_t>> cycles_;  // where each is, by its name or its text
  std::string unchanged_;                               // what the last {% ifchanged %} printed
};

}  // namespace cartwheel::liquid
