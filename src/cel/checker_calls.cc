// Operators and calls: which row of which table takes these operands.
#include "base/suggest.h"
#include "cel/checker.h"
#include "cel/history.h"

namespace cartwheel::cel {

absl::Status Checker::VisitOperator(const Node& node, Type* type) {
  if (node.function == Function::kIndex) return VisitIndex(node, type);
  if (node.function == Function::kOptionalIndex) return VisitOptionalIndex(node, type);
  if (node.function == Function::kIn) {
    *type = TypeKind::kBool;
    return VisitIn(node);
  }
  if (!IsOrdering(node.function) && !IsEquality(node.function)) return VisitOverload(node, node.function, type);
  *type = TypeKind::kBool;
  const Type &left = Operand(node, 0), &right = Operand(node, 1);
  bool fits = MayCompare(left, right) && (IsEquality(node.function) || (MayOrder(left) && MayOrder(right)));
  if (fits) return absl::OkStatus();
  return Error(node.at,
               fmt::format("\"{}\" cannot compare {} and {}", Symbol(node.function), TypeName(left), TypeName(right)));
}

absl::Status Checker::VisitIn(const Node& node) {
  const Type &needle = Operand(node, 0), &range = Operand(node, 1);
  if (!MayBe(TypeKind::kList, range) && range.kind != TypeKind::kMap)
    return Error(node.at, fmt::format("\"in\" takes a list or a map on its right, and {} is {}",
                                      tree_.Text(node.children[1]), TypeName(range)));
  Type member = range.kind == TypeKind::kMap ? range.key() : range.is_dyn() ? Type() : range.element();
  if (MayCompare(needle, member)) return absl::OkStatus();
  return Error(node.at, fmt::format("{} is {}, which is never in {}", tree_.Text(node.children[0]), TypeName(needle),
                                    TypeName(range)));
}

absl::Status Checker::VisitOptionalIndex(const Node& node, Type* type) {
  const Type range = Operand(node, 0).kind == TypeKind::kOptional ? Operand(node, 0).element() : Operand(node, 0);
  *type = Type::Optional(range.is_dyn() || range.object != nullptr ? Type() : range.element());
  if (MayBe(TypeKind::kList, range) || range.kind == TypeKind::kMap) return absl::OkStatus();
  return Error(node.at, fmt::format("{} is {}, which has no elements", tree_.Text(node.children[0]), TypeName(range)));
}

absl::Status Checker::VisitIndex(const Node& node, Type* type) {
  const Type &operand = Operand(node, 0), &index = Operand(node, 1);
  if (operand.is_dyn()) return absl::OkStatus();
  if (operand.kind == TypeKind::kOptional) return VisitOptionalIndex(node, type);
  if (operand.kind != TypeKind::kList && operand.kind != TypeKind::kMap)
    return Error(node.at,
                 fmt::format("{} is {}, which has no elements", tree_.Text(node.children[0]), TypeName(operand)));
  const Type wanted = operand.kind == TypeKind::kList ? Type(TypeKind::kInt) : operand.key();
  if (!MayCompare(wanted, index))
    return Error(tree_[node.children[1]].begin,
                 fmt::format("the index of {} must be {}, and {} is {}", TypeName(operand), TypeName(wanted),
                             tree_.Text(node.children[1]), TypeName(index)));
  const Node& key = tree_[node.children[1]];
  if (operand.object == nullptr || key.kind != NodeKind::kLiteral) {
    *type = operand.element();
    return absl::OkStatus();
  }
  Node field = node;  // cart["value"] is cart.value
  field.name = key.literal.text();
  field.at = key.begin;
  return VisitField(field, type);
}

absl::Status Checker::VisitOverload(const Node& node, Function function, Type* type) {
  std::optional<TypeKind> result;
  int arity = 0;
  std::vector<std::string> spelled;
  for (const Overload& overload : Overloads()) {
    if (overload.function != function) continue;
    arity = overload.arity;
    spelled.push_back(Spell(overload));
    if (node.children.size() != static_cast<size_t>(arity)) continue;
    bool fits = true;
    for (size_t i = 0; i < node.children.size(); ++i)
      fits &= overload.operands[i] == TypeKind::kDyn || MayBe(overload.operands[i], Operand(node, i));
    if (fits) result = result.value_or(overload.result) == overload.result ? overload.result : TypeKind::kDyn;
  }
  if (result) {
    *type = *result;
    const bool joins = *result == TypeKind::kList && function == Function::kAdd;
    if (joins && Operand(node, 0) == Operand(node, 1)) *type = Operand(node, 0);
    return absl::OkStatus();
  }
  return WrongOperands(node, function, arity, spelled);
}

absl::Status Checker::WrongOperands(const Node& node, Function function, int arity,
                                    const std::vector<std::string>& spelled) const {
  std::string expected;
  for (const std::string& one : spelled) expected += (expected.empty() ? "" : ", ") + one;
  std::string given;
  for (NodeId child : node.children) given += (given.empty() ? "" : " and ") + TypeName(TypeOf(child));
  if (node.children.size() != static_cast<size_t>(arity)) given = fmt::format("{} values", node.children.size());
  std::string message = fmt::format("\"{}\" does not take {}, expected {}{}", Symbol(function), given,
                                    spelled.size() > 1 ? "one of " : "", expected);
  for (size_t i = 0; i < node.children.size() && node.children.size() == 2; ++i) {
    const Node& literal = tree_[node.children[i]];
    if (literal.kind == NodeKind::kLiteral && TypeOf(node.children[i]).kind == TypeKind::kInt &&
        TypeOf(node.children[1 - i]).kind == TypeKind::kDouble)
      message += fmt::format("; write {}.0", tree_.Text(node.children[i]));
  }
  return Error(node.at, message);
}

namespace {

struct MacroHint {
  std::string_view name, message;
};
constexpr MacroHint kMacroHints[] = {{"exists", "write list.exists(item, condition)"},
                                     {"all", "write list.all(item, condition)"},
                                     {"exists_one", "write list.exists_one(item, condition)"},
                                     {"has", "write has(event.price)"}};

// What to say of a call of a function that does not exist.
std::string UnknownFunction(std::string_view name) {
  std::vector<std::string_view> names = LibraryNames();
  for (const MacroHint& hint : kMacroHints) {
    if (hint.name == name) return std::string(hint.message);
    names.push_back(hint.name);
  }
  for (const FunctionName& function : FunctionNames()) names.push_back(function.name);
  return fmt::format("unknown function \"{}\"{}", name, DidYouMean(name, names));
}

}  // namespace

absl::Status Checker::VisitCall(NodeId id, Annotation* annotation) {
  const Node& node = tree_[id];
  bool member = node.kind == NodeKind::kMemberCall;
  ASSIGN_OR_RETURN(std::optional<HistoryChain> chain, ReadHistoryChain(tree_, id));
  if (chain) {
    ASSIGN_OR_RETURN(annotation->type, CheckHistoryChain(tree_, *chain, environment_, names_, annotations_,
                                                         [this](NodeId part) { return Visit(part); }));
    return absl::OkStatus();
  }
  if (!member && node.name == "segment" && environment_.segment) return VisitSegment(node, annotation);
  if (member) {
    const Node& receiver = tree_[node.children[0]];
    const bool names = receiver.kind == NodeKind::kIdentifier && !names_.FindVariable(receiver.name) &&
                       !names_.FindBound(receiver.name);
    if (names && IsLibrary(receiver.name))
      return Error(receiver.begin, fmt::format("{}.{}() is not supported yet", receiver.name, node.name));
    if (names && IsLibraryNamespace(receiver.name)) {
      annotation->rows = FindLibrary(fmt::format("{}.{}", receiver.name, node.name), false);
      if (annotation->rows.empty())
        return Error(node.at, fmt::format("unknown function \"{}.{}\"", receiver.name, node.name));
      return VisitLibrary(node, 1, annotation);
    }
  }
  annotation->rows = FindLibrary(node.name, member);
  if (!annotation->rows.empty()) return VisitLibrary(node, 0, annotation);
  if (const auto other = FindLibrary(node.name, !member); !other.empty())
    return Error(node.at, fmt::format("write {}", Spell(other.front())));
  const FunctionName* function = FindFunction(node.name);
  if (function == nullptr) return Error(node.at, UnknownFunction(node.name));
  if (member ? !function->member : !function->global)
    return Error(node.at, member ? fmt::format("write {0}(x) instead of x.{0}()", node.name)
                                 : fmt::format("write x.{0}(y) instead of {0}(x, y)", node.name));
  RETURN_IF_ERROR(VisitChildren(node));
  annotation->function = function->function;
  if (function->function == Function::kToDyn && node.children.size() == 1) return absl::OkStatus();
  if (function->function == Function::kToDyn) return Error(node.at, "\"dyn\" takes one value");
  RETURN_IF_ERROR(VisitOverload(node, function->function, &annotation->type));
  if (function->function == Function::kOrElse) annotation->type = Join(Operand(node, 0), Operand(node, 1));
  if (function->function == Function::kOrElseValue)
    annotation->type = Join(Operand(node, 0).element(), Operand(node, 1));
  return VisitTimeLiteral(node, function->function);
}

absl::Status Checker::VisitSegment(const Node& node, Annotation* annotation) {
  annotation->type = TypeKind::kBool;
  const bool named = node.children.size() == 1 && tree_[node.children[0]].kind == NodeKind::kLiteral &&
                     tree_[node.children[0]].literal.is_string();
  if (!named) return Error(node.at, "segment() takes a name in quotes: segment('regulars')");
  absl::StatusOr<Program> program = environment_.segment(tree_[node.children[0]].literal.text());
  if (!program.ok()) return Error(tree_[node.children[0]].begin, StatusText(program.status()));
  annotation->segment = program->code();
  return absl::OkStatus();
}

absl::Status Checker::VisitLibrary(const Node& node, size_t first, Annotation* annotation) {
  for (size_t i = first; i < node.children.size(); ++i) RETURN_IF_ERROR(Visit(node.children[i]));
  const size_t given = node.children.size() - first;
  if (given > kArgumentsMax) return Error(node.at, fmt::format("{} takes at most {} values", node.name, kArgumentsMax));
  std::optional<TypeKind> result;
  std::string expected;
  for (const LibraryFunction& row : annotation->rows) {
    expected += (expected.empty() ? "" : ", ") + Spell(row);
    bool fits = given >= static_cast<size_t>(row.operands_min) && given <= static_cast<size_t>(row.operands_max);
    for (size_t i = 0; fits && i < given; ++i) {
      const TypeKind wanted = OperandOf(row, i);
      fits = wanted == TypeKind::kDyn || MayBe(wanted, Operand(node, first + i));
    }
    if (fits) result = result.value_or(row.result) == row.result ? row.result : TypeKind::kDyn;
  }
  if (!result) return Error(node.at, fmt::format("\"{}\" does not take this, expected {}", node.name, expected));
  annotation->type = *result;
  if (given == 1) annotation->type = Refined(node.name, *result, Operand(node, first));
  return absl::OkStatus();
}

absl::Status Checker::VisitTimeLiteral(const Node& node, Function function) const {
  const Node& argument = tree_[node.children[0]];
  const std::string_view problem = argument.kind == NodeKind::kLiteral ? TimeProblem(function, argument.literal) : "";
  if (problem.empty()) return absl::OkStatus();
  return Error(argument.begin, fmt::format("{}(\"{}\"): {}", node.name, argument.literal.text(), problem));
}

}  // namespace cartwheel::cel
