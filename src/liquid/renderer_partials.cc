// Partials and tables.
#include <algorithm>

#include "fmt/format.h"
#include "liquid/containers.h"
#include "liquid/number.h"
#include "liquid/renderer.h"
#include "liquid/semantics.h"

namespace cartwheel::liquid {

Renderer::Flow Renderer::Render(const PartialNode& node) {
  if (!node.name) return RenderChoice(node, node.choices.front());
  const Value name = Evaluate(*node.name);
  for (const PartialNode::Choice& choice : node.choices)
    if (name.is_string() && name.text() == choice.name) return RenderChoice(node, choice);
  context_.Fail(fmt::format("{}: {} names no partial that may stand here", PlaceOf(node.text), node.name->text));
  return Flow::kBreak;
}

Renderer::Flow Renderer::RenderChoice(const PartialNode& node, const PartialNode::Choice& choice) {
  const Value bound = node.bound ? Evaluate(*node.bound) : Value();
  std::vector<Value> values, before;
  for (const auto& [slot, argument] : node.arguments) values.push_back(Evaluate(argument));
  if (context_.failed()) return Flow::kBreak;
  if (node.isolated) {
    std::fill(frame_ + node.slots_begin, frame_ + node.slots_end, Value());
    std::fill(resumes_ + node.resumes_begin, resumes_ + node.resumes_end, 0);
  }
  const Value bound_before = frame_[choice.bound_slot];
  for (size_t i = 0; i < values.size(); ++i)
    before.push_back(std::exchange(frame_[node.arguments[i].first], values[i].is_absent() ? Value::Null() : values[i]));

  Flow flow = Flow::kNext;
  // An include takes every list apart, a render only one that is given to it by `for`.
  const bool apart = node.bound && bound.is_list() && (node.each || !node.isolated);
  ForloopState* state = nullptr;
  if (apart && node.each) frame_[node.forloop_slot] = NewForloop(context_, &state);
  const size_t times = apart ? ElementCount(bound) : 1;
  if (state != nullptr) state->length = static_cast<int64_t>(times);
  for (size_t i = 0; i < times && flow == Flow::kNext && context_.Spend(1); ++i) {
    if (state != nullptr) state->index0 = static_cast<int64_t>(i);
    if (node.bound) frame_[choice.bound_slot] = apart ? ElementAt(context_, bound, i) : bound;
    flow = RenderBlock(choice.body);
  }
  for (size_t i = 0; i < before.size(); ++i) frame_[node.arguments[i].first] = before[i];
  if (node.bound) frame_[choice.bound_slot] = bound_before;
  if (context_.failed()) return Flow::kBreak;
  return node.isolated ? Flow::kNext : flow;
}

Renderer::Flow Renderer::Render(const TablerowNode& node) {
  const Value collection = Evaluate(node.collection);
  if (IsNil(collection)) return Flow::kNext;
  const int64_t offset = node.offset ? LoopNumber(*node.offset, 0) : 0;
  const Window window = WindowOf(offset, node.limit, node.resume_slot, ElementCount(collection));
  if (context_.failed()) return Flow::kBreak;
  TablerowState* state;
  frame_[node.loop_slot] = NewTablerow(context_, &state);
  state->length = static_cast<int64_t>(window.end - window.begin);
  state->cols = std::max<int64_t>(state->length, 1);
  if (node.cols) state->cols = std::max<int64_t>(ToInt(ToNumber(Evaluate(*node.cols))).value_or(1), 1);
  out_ += "<tr class=\"row1\">\n";
  for (size_t i = window.begin; i < window.end && context_.Spend(1); ++i) {
    state->index0 = static_cast<int64_t>(i - window.begin);
    frame_[node.item_slot] = ElementAt(context_, collection, i);
    out_ += fmt::format("<td class=\"col{}\">", state->index0 % state->cols + 1);
    const Flow flow = RenderBlock(node.body);
    out_ += "</td>";
    if (flow == Flow::kBreak) break;
    const bool row_ends = (state->index0 + 1) % state->cols == 0 && i + 1 < window.end;
    if (row_ends) out_ += fmt::format("</tr>\n<tr class=\"row{}\">", (state->index0 + 1) / state->cols + 1);
    CheckOutput();
  }
  out_ += "</tr>\n";
  CheckOutput();
  return context_.failed() ? Flow::kBreak : Flow::kNext;
}

}  // namespace cartwheel::liquid
