#include "liquid/renderer.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <new>
#include <optional>
#include <variant>

#include "base/normal_form.h"
#include "fmt/format.h"
#include "liquid/containers.h"
#include "liquid/number.h"
#include "liquid/semantics.h"
#include "liquid/text.h"

namespace cartwheel::liquid {
namespace {

bool IsCaptured(const Tree& tree, const Filtered& value) {
  const Expression& input = value.input;
  return tree.escapes && value.filters.empty() && input.kind == Expression::Kind::kVariable && input.path.empty() &&
         std::find(tree.captured.begin(), tree.captured.end(), input.slot) != tree.captured.end();
}

}  // namespace

Renderer::Renderer(const Tree& tree, absl::Span<const Value> roots, const RenderOptions& options, std::string* out)
    : tree_(tree), roots_(roots), out_(*out), out_begin_(out->size()), context_(options) {}

absl::Status Renderer::Run() {
  frame_ = static_cast<Value*>(context_.Allocate(tree_.slots * sizeof(Value)));
  for (int32_t i = 0; i < tree_.slots; ++i) new (&frame_[i]) Value();
  resumes_ = static_cast<int64_t*>(context_.Allocate(tree_.resumes * sizeof(int64_t)));
  std::fill_n(resumes_, tree_.resumes, 0);
  RenderBlock(tree_.body);
  if (!context_.failed()) return absl::OkStatus();
  out_.resize(out_begin_);
  return context_.status();
}

bool Renderer::IsMissing(const Value& value, const Expression& origin) const {
  return IsNil(value) && origin.kind == Expression::Kind::kVariable && context_.options().missing == Missing::kError;
}

void Renderer::FailMissing(std::string_view text) {
  context_.Fail(absl::NotFoundError(
      fmt::format("{} is missing ({}); give it a default: {{{{ {} | default: \"…\" }}}}", text, PlaceOf(text), text)));
}

void Renderer::Print(Value value, bool raw) {
  static const Filter* const escape = FindFilter("escape");
  if (tree_.escapes && !raw) value = escape->call(context_, value, nullptr);
  AppendText(context_, value, &out_);
  CheckOutput();
}

void Renderer::CheckOutput() {
  if (out_.size() - out_begin_ > context_.options().output_bytes_max)
    context_.Fail(absl::ResourceExhaustedError(
        fmt::format("the text is longer than output_bytes_max ({} bytes)", context_.options().output_bytes_max)));
}

Renderer::Flow Renderer::RenderBlock(const Block& block) {
  for (const Node& node : block) {
    if (!context_.Spend(1)) return Flow::kBreak;
    Flow flow = std::visit([this](const auto& body) { return Render(body); }, node.body);
    if (context_.failed()) return Flow::kBreak;
    if (flow != Flow::kNext) return flow;
  }
  return Flow::kNext;
}

Renderer::Flow Renderer::Render(const TextNode& node) {
  if (context_.SpendBytes(node.text.size())) out_.append(node.text);
  CheckOutput();
  return Flow::kNext;
}

Renderer::Flow Renderer::Render(const OutputNode& node) {
  char* mark = context_.arena().mark();
  Value value = Evaluate(node.value);
  if (context_.failed()) return Flow::kBreak;
  if (IsMissing(value, node.value.input)) FailMissing(node.value.text);
  Print(value, node.raw || IsCaptured(tree_, node.value));
  context_.arena().Release(mark);
  return Flow::kNext;
}

Renderer::Flow Renderer::Render(const AssignNode& node) {
  Value value = Evaluate(node.value);
  frame_[node.slot] = value.is_absent() ? Value::Null() : value;  // absent is: not assigned yet
  return Flow::kNext;
}

Renderer::Flow Renderer::Render(const CaptureNode& node) {
  // Rendered at the end of the output, then taken away from there.
  size_t begin = out_.size();
  Flow flow = RenderBlock(node.body);
  if (context_.failed()) return Flow::kBreak;
  if (context_.SpendBytes(out_.size() - begin))
    frame_[node.slot] = context_.NewText(std::string_view(out_).substr(begin));
  out_.resize(begin);
  return flow;
}

Renderer::Flow Renderer::Render(const IfNode& node) {
  for (const IfNode::Branch& branch : node.branches) {
    bool holds = branch.condition.empty() || Holds(branch.condition) != branch.negated;
    if (context_.failed()) return Flow::kBreak;
    if (holds) return RenderBlock(branch.body);
  }
  return Flow::kNext;
}

// As in the reference, every value that matches prints its block, so one may be printed twice; an else prints when
// nothing before it did.
Renderer::Flow Renderer::Render(const CaseNode& node) {
  Value subject = Evaluate(node.subject);
  bool matched = false;
  for (const CaseNode::Branch& branch : node.branches) {
    size_t times = branch.otherwise && !matched ? 1 : 0;
    for (const Expression& value : branch.values)
      if (context_.Spend(1) && Equals(context_, subject, Evaluate(value))) ++times;
    matched |= times > 0 && !branch.otherwise;
    for (; times > 0 && !context_.failed(); --times)
      if (Flow flow = RenderBlock(branch.body); flow != Flow::kNext) return flow;
  }
  return Flow::kNext;
}

int64_t Renderer::LoopNumber(const Expression& expression, int64_t if_nil) {
  Value value = Evaluate(expression);
  if (IsNil(value)) return if_nil;
  std::optional<int64_t> number = ToInteger(value);
  if (!number)
    context_.Fail(
        fmt::format("{}: a loop takes a whole number, not a {}", PlaceOf(expression.text), KindName(value.kind())));
  return number.value_or(0);
}

Renderer::Window Renderer::WindowOf(int64_t offset, const std::optional<Expression>& limit_given, int32_t resume_slot,
                                    size_t size) {
  constexpr int64_t kNoLimit = std::numeric_limits<int64_t>::max();
  int64_t length = static_cast<int64_t>(std::min<size_t>(size, kNoLimit));
  int64_t limit = limit_given ? LoopNumber(*limit_given, kNoLimit) : kNoLimit;
  int64_t end = length;
  if (int64_t sum; !__builtin_add_overflow(offset, limit, &sum)) end = std::clamp<int64_t>(sum, 0, length);
  int64_t begin = std::clamp<int64_t>(offset, 0, end);
  int64_t resume = 0;
  if (!__builtin_add_overflow(offset, end - begin, &resume)) resumes_[resume_slot] = resume;
  return {static_cast<size_t>(begin), static_cast<size_t>(end)};
}

Renderer::Flow Renderer::Render(const ForNode& node) {
  Value collection = Evaluate(node.collection);
  bool single = IsText(collection) && !collection.text().empty();  // a text is a list of one
  const int64_t offset = node.resumes ? resumes_[node.resume_slot] : node.offset ? LoopNumber(*node.offset, 0) : 0;
  Window window = WindowOf(offset, node.limit, node.resume_slot, single ? 1 : ElementCount(collection));
  if (context_.failed()) return Flow::kBreak;
  if (window.begin == window.end) return RenderBlock(node.otherwise);
  ForloopState* state;
  frame_[node.forloop_slot] = NewForloop(context_, &state);
  state->length = static_cast<int64_t>(window.end - window.begin);
  state->name = Value::String(node.name);
  if (node.parent_slot >= 0) state->parent = frame_[node.parent_slot];
  for (size_t i = window.begin; i < window.end && context_.Spend(1); ++i) {
    size_t at = node.reversed ? window.end - 1 - (i - window.begin) : i;
    state->index0 = static_cast<int64_t>(i - window.begin);
    frame_[node.item_slot] = single ? collection : ElementAt(context_, collection, at);
    if (RenderBlock(node.body) == Flow::kBreak) break;
  }
  return Flow::kNext;
}

Renderer::Flow Renderer::Render(const CounterNode& node) {
  Value& counter = frame_[node.slot];
  int64_t count = counter.is_absent() ? 0 : counter.integer();
  if (node.step < 0) --count;
  AppendText(context_, Value::Int(count), &out_);
  CheckOutput();
  counter = Value::Int(node.step < 0 ? count : count + 1);
  return Flow::kNext;
}

Renderer::Flow Renderer::Render(const CycleNode& node) {
  std::string key;
  if (node.name)
    AppendText(context_, Evaluate(*node.name), &key);
  else
    key = fmt::format("\n{}", node.text);  // no name has a line of its own before it
  auto cycle = std::find_if(cycles_.begin(), cycles_.end(), [&](const auto& known) { return known.first == key; });
  if (cycle == cycles_.end()) cycle = cycles_.insert(cycles_.end(), {std::move(key), 0});
  if (cycle->second < node.items.size()) Print(Evaluate(node.items[cycle->second]), false);
  if (++cycle->second >= node.items.size()) cycle->second = 0;
  return Flow::kNext;
}

Renderer::Flow Renderer::Render(const IfChangedNode& node) {
  const size_t begin = out_.size();
  const Flow flow = RenderBlock(node.body);
  const std::string_view text = std::string_view(out_).substr(begin);
  if (!context_.SpendBytes(text.size())) return Flow::kBreak;
  if (text == unchanged_)
    out_.resize(begin);
  else
    unchanged_ = text;
  return flow;
}

Renderer::Flow Renderer::Render(const AbortNode& node) {
  std::string reason;
  if (node.reason) AppendText(context_, Evaluate(*node.reason), &reason);
  context_.Fail(absl::AbortedError(reason.empty() ? "abort_message" : reason));
  return Flow::kBreak;
}

bool Renderer::Holds(const Condition& condition) {
  bool holds = false;
  for (const Comparison& comparison : condition) {
    if (!context_.Spend(1)) return false;
    Value left = Evaluate(comparison.left);
    Value right = comparison.op == Operator::kTruth ? Value() : Evaluate(comparison.right);
    holds = Compare(context_, left, comparison.op, right);
    if (context_.failed()) {
      context_.Locate(PlaceOf(comparison.left.text));
      return false;
    }
    if (holds ? comparison.next == Relation::kOr : comparison.next == Relation::kAnd) break;
  }
  return holds;
}

Value Renderer::Evaluate(const Expression& expression) {
  switch (expression.kind) {
    case Expression::Kind::kLiteral:
      return expression.literal;
    case Expression::Kind::kVariable:
    case Expression::Kind::kNamed:
      return EvaluateVariable(expression, expression.path.size());
    case Expression::Kind::kRange: {
      int64_t first = ToInt(ToNumber(Evaluate(*expression.first))).value_or(0);
      int64_t last = ToInt(ToNumber(Evaluate(*expression.last))).value_or(0);
      return NewRange(context_, {first, last});
    }
  }
  return Value();
}

Value Renderer::FindNamed(const Value& name) {
  if (!name.is_string()) return Value();
  for (const Tree::Known& known : tree_.names) {
    if (known.name != name.text()) continue;
    const Value& assigned = frame_[known.slot];
    if (!assigned.is_absent() || known.root < 0 || static_cast<size_t>(known.root) >= roots_.size()) return assigned;
    return roots_[known.root];
  }
  return Value();
}

Value Renderer::EvaluateVariable(const Expression& expression, size_t steps) {
  Value value = expression.first != nullptr ? FindNamed(Evaluate(*expression.first)) : frame_[expression.slot];
  if (value.is_absent() && expression.root >= 0 && static_cast<size_t>(expression.root) < roots_.size())
    value = roots_[expression.root];
  if (value.is_absent() && expression.counter >= 0) value = frame_[expression.counter];
  for (size_t i = 0; i < steps; ++i) {
    const PathStep& step = expression.path[i];
    if (IsNil(value)) return value;
    if (step.kind == PathStep::Kind::kIndex) {
      value = Element(context_, value,
                      step.index->kind == Expression::Kind::kLiteral ? step.index->literal : Evaluate(*step.index));
    } else if (value.is_map() && step.kind == PathStep::Kind::kField) {
      value = value.Find(step.name);
    } else {
      value = Field(context_, value, step.name, step.kind);
    }
  }
  return value;
}

// Of the root, where that has one; else what stands beside the amount (item.currency beside item.price); else that of
// the options.
std::string_view Renderer::CurrencyOf(const Expression& amount) {
  const RenderOptions& options = context_.options();
  if (amount.kind != Expression::Kind::kVariable) return options.currency;
  const bool is_assigned = amount.slot >= 0 && !frame_[amount.slot].is_absent();
  const auto root = static_cast<size_t>(amount.root);
  if (!is_assigned && amount.root >= 0 && root < options.root_currencies.size() &&
      !options.root_currencies[root].empty())
    return options.root_currencies[root];
  if (amount.path.empty()) return options.currency;
  const Value holder = EvaluateVariable(amount, amount.path.size() - 1);
  const Value beside = holder.is_map() ? holder.Find("currency") : Value();
  return beside.is_string() && !beside.text().empty() ? beside.text() : options.currency;
}

Value Renderer::Evaluate(const Filtered& filtered) {
  Value value = Evaluate(filtered.input);
  if (context_.options().used != nullptr && filtered.input.root >= 0) Note(filtered.input, value);
  for (const FilterCall& call : filtered.filters) {
    value = Call(filtered, call, value);
    if (context_.failed()) return Value();
  }
  return value;
}

// Not what the template itself made under the name of a root: that lives no longer than the render.
void Renderer::Note(const Expression& expression, const Value& value) {
  if (expression.slot >= 0 && !frame_[expression.slot].is_absent()) return;
  auto& used = *context_.options().used;
  const bool known =
      std::any_of(used.begin(), used.end(), [&](const auto& entry) { return entry.first == expression.text; });
  if (!known && !value.is_list() && !value.is_map()) used.emplace_back(expression.text, value);
}

Value Renderer::Call(const Filtered& filtered, const FilterCall& call, const Value& input) {
  if (!call.filter->takes_missing && IsMissing(input, filtered.input)) {
    // "customer.name" of "customer.name | upcase"
    std::string_view before(filtered.text.data(), call.name.data() - filtered.text.data());
    before = StripRight(before.substr(0, before.rfind('|')));
    FailMissing(before);
    return Value();
  }
  Value arguments[kFilterArgumentsMax];
  for (const FilterArgument& argument : call.arguments) {
    Value& value = arguments[argument.position];
    value = Evaluate(argument.value);
    if (!call.filter->takes_missing && IsMissing(value, argument.value)) FailMissing(argument.value.text);
    if (value.is_absent()) value = Value::Null();  // absent is: no argument given
  }
  if (!context_.Spend(1)) return Value();
  if (call.filter->is_amount) context_.set_currency(CurrencyOf(filtered.input));
  const bool decomposed =
      call.filter->measures && input.is_string() && !IsSurelyComposed(input.text()) && !IsAddress(input.text());
  const Value given =
      decomposed && context_.SpendBytes(input.text().size()) ? context_.NewText(ComposedForm(input.text())) : input;
  Value result = call.filter->call(context_, given, arguments);
  if (context_.failed()) context_.Locate(fmt::format("{}: {}", PlaceOf(call.name), call.name));
  return result;
}

}  // namespace cartwheel::liquid
