// Tree to code, and the front door of the folder: Compile runs the passes in their order. What needs no variable is
// computed here, once.
#include <algorithm>
#include <memory>
#include <utility>

#include "base/place.h"
#include "base/status.h"
#include "cel/cel.h"
#include "cel/checker.h"
#include "cel/code.h"
#include "cel/compare.h"
#include "cel/drift.h"
#include "cel/evaluation.h"
#include "cel/history.h"
#include "cel/tree.h"
#include "cel/trend.h"
#include "fmt/format.h"

namespace cartwheel::cel {
namespace {

class Compiler {
 public:
  Compiler(Tree tree, const std::vector<Annotation>& annotations, const std::vector<int>& drift,
           const Environment& environment)
      : tree_(std::move(tree)), annotations_(annotations), drift_(drift), environment_(environment) {}

  absl::StatusOr<Code> Run() {
    RETURN_IF_ERROR(Emit(tree_.root).status());
    code_.type = annotations_[tree_.root].type;
    NoteReads();
    code_.texts = std::move(tree_.texts);
    return std::move(code_);
  }

 private:
  using Emitted = absl::StatusOr<uint32_t>;  // the index of an op

  // What the operations over variables read, a field at a time where they read one.
  void NoteReads() {
    code_.reads.time = code_.now_slot >= 0;
    for (const Op& op : code_.ops) {
      const bool field = op.operation == Operation::kVariableField || op.operation == Operation::kCompareField;
      if (!field && op.operation != Operation::kVariable) continue;
      code_.reads.names.push_back(field ? FieldName(code_, code_.fields[op.a]) : code_.variable_names[op.a]);
    }
    std::sort(code_.reads.names.begin(), code_.reads.names.end());
    code_.reads.names.erase(std::unique(code_.reads.names.begin(), code_.reads.names.end()), code_.reads.names.end());
    code_.reads.trend = FindTrend(code_);
    code_.reads.ages = FindAges(code_);
  }

  uint32_t Push(Operation operation, uint32_t a = 0, uint32_t b = 0, uint32_t c = 0) {
    Op op;
    op.operation = operation;
    op.a = a;
    op.b = b;
    op.c = c;
    code_.ops.push_back(op);
    return static_cast<uint32_t>(code_.ops.size() - 1);
  }
  uint32_t AddConstant(const Value& value) {
    code_.constants.push_back(value);
    return static_cast<uint32_t>(code_.constants.size() - 1);
  }
  uint32_t AddName(std::string_view name) { return AddConstant(Value::String(tree_.texts.emplace_back(name))); }
  bool IsConstant(uint32_t op) const { return code_.ops[op].operation == Operation::kConstant; }

  // Emits the node; when nothing but constants went into it and it is no error, only its value stays.
  Emitted Emit(NodeId id) {
    size_t ops = code_.ops.size(), operands = code_.operands.size();
    ASSIGN_OR_RETURN(uint32_t op, EmitNode(id));
    const bool container =
        code_.ops[op].operation == Operation::kMakeList || code_.ops[op].operation == Operation::kMakeMap;
    if (op == ops && !container) return op;  // no children, nothing to fold
    if (code_.ops[op].operation == Operation::kHistory) return op;
    for (size_t i = ops; i < op; ++i)
      if (code_.ops[i].operation != Operation::kConstant) return op;
    std::shared_ptr<const void> made;
    std::optional<Value> value = Fold(code_, op, &made);
    if (!value) return op;
    if (made != nullptr) code_.made.push_back(std::move(made));
    code_.ops.resize(ops);
    code_.operands.resize(operands);
    return Push(Operation::kConstant, AddConstant(*value));
  }

  Emitted EmitNode(NodeId id) {
    const Node& node = tree_[id];
    const Annotation& annotation = annotations_[id];
    if (!annotation.problem.empty()) return Push(Operation::kFail, AddName(annotation.problem));
    if (annotation.slot >= 0) return EmitVariable(annotation.slot);
    if (annotation.hops >= 0) return Push(Operation::kBound, static_cast<uint32_t>(annotation.hops));
    if (!annotation.type_name.empty())
      return Push(Operation::kConstant, AddConstant(Value::Type(annotation.type_name)));
    if (!annotation.rows.empty()) return EmitCall(node, annotation);
    if (annotation.segment != nullptr) return EmitSegment(annotation.segment);
    ASSIGN_OR_RETURN(std::optional<HistoryChain> chain, ReadHistoryChain(tree_, id));
    if (chain) return EmitHistory(*chain);
    switch (node.kind) {
      case NodeKind::kLiteral:
        return Push(Operation::kConstant, AddConstant(node.literal));
      case NodeKind::kSelect:
      case NodeKind::kHas:
        return EmitField(node);
      case NodeKind::kAnd:
      case NodeKind::kOr:
        return EmitLogic(node);
      case NodeKind::kList:
      case NodeKind::kMap:
        return EmitContainer(node);
      case NodeKind::kConditional: {
        ASSIGN_OR_RETURN(uint32_t condition, Emit(node.children[0]));
        ASSIGN_OR_RETURN(uint32_t yes, Emit(node.children[1]));
        ASSIGN_OR_RETURN(uint32_t no, Emit(node.children[2]));
        return Push(Operation::kConditional, condition, yes, no);
      }
      case NodeKind::kMacro: {
        ASSIGN_OR_RETURN(uint32_t range, Emit(node.children[0]));
        ASSIGN_OR_RETURN(uint32_t condition, Emit(node.children[1]));
        uint32_t filter = kNoOp;
        if (node.children.size() > 2) {
          ASSIGN_OR_RETURN(filter, Emit(node.children[2]));
        }
        uint32_t op = Push(Operation::kMacro, range, condition, filter);
        code_.ops[op].macro = node.macro;
        code_.ops[op].names = node.second.empty() ? 1 : 2;
        return op;
      }
      case NodeKind::kIdentifier:
      case NodeKind::kOperator:
      case NodeKind::kCall:
      case NodeKind::kMemberCall:
        break;
    }
    return EmitFunction(id);
  }

  void UseVariables(size_t index) {
    while (code_.variable_names.size() <= index)
      code_.variable_names.push_back(environment_.variables[code_.variable_names.size()].name);
  }
  void UseTime() {
    for (size_t i = 0; i < environment_.variables.size(); ++i) {
      if (!environment_.variables[i].is_now) continue;
      UseVariables(i);
      code_.now_slot = static_cast<int>(i);
    }
  }

  // Of the segment everything is read that it reads.
  uint32_t EmitSegment(const std::shared_ptr<const Code>& segment) {
    if (segment->now_slot >= 0) UseTime();
    if (!segment->variable_names.empty()) UseVariables(segment->variable_names.size() - 1);
    code_.reads.names.insert(code_.reads.names.end(), segment->reads.names.begin(), segment->reads.names.end());
    code_.reads.history.insert(code_.reads.history.end(), segment->reads.history.begin(), segment->reads.history.end());
    code_.segments.push_back(segment);
    return Push(Operation::kSegment, static_cast<uint32_t>(code_.segments.size() - 1));
  }

  Emitted EmitHistory(const HistoryChain& chain) {
    auto history = std::make_shared<HistoryCode>();
    const Node& events = tree_[chain.events];
    const size_t need = code_.reads.history.size();
    code_.reads.history.push_back(NeedOf(tree_, chain));
    history->type = TypeFingerprint(code_.reads.history[need].type);
    history->aggregate = chain.aggregate;
    history->property = chain.property;
    history->of_worth = chain.property == kValueProperty;
    history->history_ms = environment_.history_ms;
    absl::LoadTimeZone(environment_.timezone, &history->zone);
    for (size_t i = 0; i < environment_.variables.size(); ++i) {
      if (!environment_.variables[i].is_history) continue;
      UseVariables(i);
      history->slot = static_cast<uint32_t>(i);
    }
    UseTime();
    if (events.children.size() == 2) {
      ASSIGN_OR_RETURN(history->predicate, Emit(events.children[1]));
    }
    for (const HistoryChain::Window& window : chain.windows) {
      const std::vector<NodeId>& arguments = tree_[window.call].children;
      const NodeId first = arguments[1], last = arguments.back();
      ASSIGN_OR_RETURN(uint32_t a, Emit(first));
      uint32_t b = a;
      if (last != first) {
        ASSIGN_OR_RETURN(b, Emit(last));
      }
      history->windows.push_back({window.kind, a, b, drift_[first] != 0, drift_[last] != 0});
      if (window.kind == WindowKind::kWithin && IsConstant(a) &&
          code_.constants[code_.ops[a].a].kind() == Kind::kDuration)
        history->windows.back().within_ms = code_.reads.history[need].reach_ms =
            code_.constants[code_.ops[a].a].integer();
    }
    code_.history.push_back(history);
    history_.push_back(std::move(history));
    return Push(Operation::kHistory, static_cast<uint32_t>(code_.history.size() - 1));
  }

  uint32_t EmitVariable(int slot) {
    size_t index = static_cast<size_t>(slot);
    UseVariables(index);
    if (!environment_.variables[index].is_now) return Push(Operation::kVariable, static_cast<uint32_t>(slot));
    code_.now_slot = slot;
    return Push(Operation::kNow);
  }

  Emitted EmitField(const Node& node) {
    ASSIGN_OR_RETURN(uint32_t operand, Emit(node.children[0]));
    uint32_t name = AddName(node.name);
    if (node.kind == NodeKind::kHas) return Push(Operation::kHas, operand, name);
    if (code_.ops[operand].operation != Operation::kVariable) return Push(Operation::kField, operand, name);
    code_.ops[operand].operation = Operation::kVariableField;
    code_.ops[operand].a = AddField(code_.ops[operand].a, name);
    return operand;
  }

  uint32_t AddField(uint32_t slot, uint32_t key) {
    const Variable& variable = environment_.variables[slot];
    FieldCode field{.slot = slot, .key = key};
    for (const Getter& getter : variable.getters)
      if (getter.name == code_.constants[key].text()) {
        field.ops = variable.ops;
        field.get = getter.get;
      }
    code_.fields.push_back(field);
    return static_cast<uint32_t>(code_.fields.size() - 1);
  }

  Emitted EmitLogic(const Node& node) {
    return EmitMany(node.kind == NodeKind::kAnd ? Operation::kAnd : Operation::kOr, node, 0);
  }

  // An operation over the children from `begin` on.
  Emitted EmitMany(Operation operation, const Node& node, size_t begin) {
    std::vector<uint32_t> children;
    for (size_t i = begin; i < node.children.size(); ++i) {
      ASSIGN_OR_RETURN(uint32_t op, Emit(node.children[i]));
      children.push_back(tree_[node.children[i]].optional ? op | kOptionalBit : op);
    }
    uint32_t first = static_cast<uint32_t>(code_.operands.size());
    code_.operands.insert(code_.operands.end(), children.begin(), children.end());
    return Push(operation, first, static_cast<uint32_t>(children.size()));
  }

  Emitted EmitCall(const Node& node, const Annotation& annotation) {
    const bool in_namespace = node.kind == NodeKind::kMemberCall && !annotation.rows.front().member;
    ASSIGN_OR_RETURN(uint32_t op, EmitMany(Operation::kCall, node, in_namespace ? 1 : 0));
    code_.ops[op].c = static_cast<uint32_t>(code_.calls.size());
    code_.calls.push_back(annotation.rows);
    return op;
  }

  Emitted EmitFunction(NodeId id) {
    const Node& node = tree_[id];
    Function function = annotations_[id].function;
    ASSIGN_OR_RETURN(uint32_t first, Emit(node.children[0]));
    if (function == Function::kToDyn) return first;
    uint32_t op = 0;
    if (node.children.size() == 1) {
      op = Push(Operation::kUnary, first);
    } else {
      ASSIGN_OR_RETURN(uint32_t second, Emit(node.children[1]));
      if (MergeIntoHistory(function, first, second)) return first;
      bool compares = IsOrdering(function) || IsEquality(function), drifts = drift_[id] != 0;
      const bool or_else = function == Function::kOrElse || function == Function::kOrElseValue;
      Operation operation = or_else     ? Operation::kOrElse
                            : !compares ? Operation::kBinary
                            : drifts    ? Operation::kCompareTime
                                        : Operation::kCompare;
      if (operation == Operation::kCompare && code_.ops[first].operation == Operation::kVariableField &&
          IsConstant(second)) {
        Op field = code_.ops[first];
        uint32_t constant = code_.ops[second].a;
        code_.ops.resize(first);
        op = Push(Operation::kCompareField, field.a, constant);
      } else {
        op = Push(operation, first, second, static_cast<uint32_t>(drift_[id]));
        if (IsAgeComparison(op, function)) {
          code_.ops[op].function = function;
          op = Push(Operation::kCompareAge, code_.ops[code_.ops[first].b].a, code_.ops[second].a, op);
        }
      }
    }
    code_.ops[op].function = function;
    return op;
  }

  // Whether the operation compares now - field with a constant of whole milliseconds.
  bool IsAgeComparison(uint32_t index, Function function) const {
    const Op& op = code_.ops[index];
    if (op.operation != Operation::kCompareTime || !IsOrdering(function) || !IsConstant(op.b)) return false;
    const Op& age = code_.ops[op.a];
    const Value& bound = code_.constants[code_.ops[op.b].a];
    return age.operation == Operation::kBinary && age.function == Function::kSubtract &&
           code_.ops[age.a].operation == Operation::kNow && code_.ops[age.b].operation == Operation::kVariableField &&
           bound.kind() == Kind::kDuration && bound.nanoseconds() == 0;
  }

  // Whether `first` is a count or a sum of the past and `second` a constant: then the two are one operation from here
  // on.
  bool MergeIntoHistory(Function function, uint32_t first, uint32_t second) {
    if (code_.ops[first].operation != Operation::kHistory || !IsConstant(second) ||
        (!IsOrdering(function) && !IsEquality(function)))
      return false;
    HistoryCode& history = *history_[code_.ops[first].a];
    const Value& against = code_.constants[code_.ops[second].a];
    constexpr Aggregate kMerged[] = {Aggregate::kCount, Aggregate::kSum, Aggregate::kDays, Aggregate::kDistinct};
    if (std::find(std::begin(kMerged), std::end(kMerged), history.aggregate) == std::end(kMerged) ||
        history.compare != Function::kNone || !IsNumber(against))
      return false;
    history.compare = function;
    history.against = against;
    code_.ops.resize(first + 1);
    return true;
  }

  Emitted EmitContainer(const Node& node) {
    return EmitMany(node.kind == NodeKind::kList ? Operation::kMakeList : Operation::kMakeMap, node, 0);
  }

  Tree tree_;
  const std::vector<Annotation>& annotations_;
  const std::vector<int>& drift_;
  const Environment& environment_;
  std::vector<std::shared_ptr<HistoryCode>> history_;  // code_'s, while they are being made
  Code code_;
};

}  // namespace

absl::StatusOr<Program> Compile(std::string_view source, const Environment& environment) {
  ASSIGN_OR_RETURN(Tree tree, Parse(source));
  ASSIGN_OR_RETURN(std::vector<Annotation> annotations, Check(tree, environment));
  ASSIGN_OR_RETURN(std::vector<int> drift, FindDrift(tree, annotations, environment));
  ASSIGN_OR_RETURN(Code code, Compiler(std::move(tree), annotations, drift, environment).Run());
  return Program(std::make_shared<const Code>(std::move(code)));
}

absl::StatusOr<Program> CompileCondition(std::string_view source, const Environment& environment) {
  ASSIGN_OR_RETURN(Program program, Compile(source, environment));
  const Type& type = program.type();
  if (type.is_dyn() || type.kind == TypeKind::kBool) return program;
  return ErrorAt(source, 0, fmt::format("a condition must be bool, and this is {}", TypeName(type)));
}

absl::StatusOr<std::vector<std::string>> Conjuncts(std::string_view source) {
  ASSIGN_OR_RETURN(const Tree tree, Parse(source));
  const Node& root = tree[tree.root];
  std::vector<std::string> parts;
  if (root.kind == NodeKind::kAnd)
    for (NodeId child : root.children) parts.emplace_back(tree.Text(child));
  else
    parts.emplace_back(source);
  return parts;
}

bool Program::Holds(absl::Span<const Value> variables, bool on_error, int64_t* until_ms) const {
  return HoldsCode(*code_, variables, on_error, until_ms);
}

Result Program::Evaluate(absl::Span<const Value> variables, int64_t before_ms) const {
  return EvaluateCode(*code_, variables, before_ms);
}

const Type& Program::type() const { return code_->type; }

const Reads& Program::reads() const { return code_->reads; }

std::string Result::Message() const { return about.empty() ? std::string(what) : fmt::format("{}: {}", what, about); }

}  // namespace cartwheel::cel
