#include "cel/checker.h"

#include <algorithm>
#include <optional>

#include "base/status.h"
#include "cel/names.h"
#include "cel/source.h"
#include "cel/suggest.h"
#include "cel/type_rules.h"
#include "fmt/format.h"

namespace cartwheel::cel {
namespace {

class Checker {
 public:
  Checker(const Tree& tree, const Environment& environment)
      : tree_(tree), environment_(environment), names_(tree, environment), annotations_(tree.nodes.size()) {}

  absl::StatusOr<std::vector<Annotation>> Run() {
    RETURN_IF_ERROR(Visit(tree_.root));
    return std::move(annotations_);
  }

 private:
  const Type& TypeOf(NodeId id) const { return annotations_[id].type; }
  const Type& Operand(const Node& node, size_t i) const { return TypeOf(node.children[i]); }
  absl::Status Error(size_t offset, std::string_view message) const { return ErrorAt(tree_.source, offset, message); }

  absl::Status VisitChildren(const Node& node) {
    for (NodeId child : node.children) RETURN_IF_ERROR(Visit(child));
    return absl::OkStatus();
  }

  absl::Status Visit(NodeId id) {
    absl::Status status = VisitNode(id);
    if (status.ok() || !environment_.unchecked) return status;
    annotations_[id] = Annotation();
    annotations_[id].problem = StatusText(status);
    return absl::OkStatus();
  }

  absl::Status VisitNode(NodeId id) {
    const Node& node = tree_[id];
    Annotation& annotation = annotations_[id];
    switch (node.kind) {
      case NodeKind::kLiteral:
        annotation.type = KindOf(node.literal);
        return absl::OkStatus();
      case NodeKind::kIdentifier:
        return VisitIdentifier(node, &annotation);
      case NodeKind::kSelect:
        if (ResolveQualified(id, &annotation)) return absl::OkStatus();
        RETURN_IF_ERROR(VisitChildren(node));
        return VisitField(node, &annotation.type);
      case NodeKind::kHas: {
        RETURN_IF_ERROR(VisitChildren(node));
        annotation.type = TypeKind::kBool;
        Type field;
        return VisitField(node, &field);
      }
      case NodeKind::kOperator:
        RETURN_IF_ERROR(VisitChildren(node));
        annotation.function = node.function;
        return VisitOperator(node, &annotation.type);
      case NodeKind::kCall:
      case NodeKind::kMemberCall:
        return VisitCall(node, &annotation);
      case NodeKind::kAnd:
      case NodeKind::kOr:
        RETURN_IF_ERROR(VisitChildren(node));
        annotation.type = TypeKind::kBool;
        for (NodeId child : node.children)
          RETURN_IF_ERROR(WantBool(child, node.kind == NodeKind::kAnd ? "\"&&\"" : "\"||\""));
        return absl::OkStatus();
      case NodeKind::kConditional:
        RETURN_IF_ERROR(VisitChildren(node));
        return VisitConditional(node, &annotation.type);
      case NodeKind::kList:
        RETURN_IF_ERROR(VisitChildren(node));
        annotation.type = Type::List(Common(node, 0, 1));
        return WantOptionals(node);
      case NodeKind::kMap:
        RETURN_IF_ERROR(VisitChildren(node));
        RETURN_IF_ERROR(WantOptionals(node));
        annotation.type = Type::Map(node.children.empty() ? Type(TypeKind::kString) : Common(node, 0, 2), Common(node, 1, 2));
        return VisitKeys(node);
      case NodeKind::kMacro:
        return VisitMacro(node, &annotation.type);
    }
    return absl::OkStatus();
  }

  // --- names ---

  absl::Status VisitIdentifier(const Node& node, Annotation* annotation) {
    if (std::optional<int> hops = node.absolute ? std::nullopt : names_.FindBound(node.name)) {
      annotation->hops = *hops;
      annotation->type = names_.TypeOfBound(*hops);
      return absl::OkStatus();
    }
    if (std::optional<int> slot = node.absolute ? names_.FindVariable(node.name) : names_.Resolve(node.name)) {
      SetVariable(*slot, annotation);
      return absl::OkStatus();
    }
    if (SetType(node.name, annotation)) return absl::OkStatus();
    const FunctionName* function = FindFunction(node.name);
    if (IsLibraryName(node.name) || (function != nullptr && function->global))
      return Error(node.at, fmt::format("{0} is a function: {0}(…)", node.name));
    const std::vector<std::string_view> names = names_.All();
    return Error(node.at, names.empty() ? fmt::format("unknown variable \"{}\", there are none here", node.name)
                                        : fmt::format("unknown variable \"{}\", expected {}{}", node.name,
                                                      names.size() > 1 ? "one of " : "", ListNames(names)));
  }

  void SetVariable(int slot, Annotation* annotation) const {
    annotation->slot = slot;
    annotation->type = environment_.variables[static_cast<size_t>(slot)].type;
  }
  static bool SetType(std::string_view name, Annotation* annotation) {
    annotation->type_name = Names::FindType(name);
    if (annotation->type_name.empty()) return false;
    annotation->type = TypeKind::kType;
    return true;
  }

  // A kSelect that spells a variable's qualified name, or a type's.
  bool ResolveQualified(NodeId id, Annotation* annotation) const {
    const std::string name = names_.QualifiedName(id);
    if (name.empty()) return false;
    const std::optional<int> slot = names_.Resolve(name);
    if (!slot) return SetType(name, annotation);
    SetVariable(*slot, annotation);
    return true;
  }

  // The type of children[0].name.
  absl::Status VisitField(const Node& node, Type* type) {
    if (Operand(node, 0).kind == TypeKind::kOptional) {  // an optional of the field
      *type = Type::Optional(Type());
      return absl::OkStatus();
    }
    const Type& operand = Operand(node, 0);
    if (!MayBe(TypeKind::kMap, operand))
      return Error(node.at, fmt::format("{} is {}, which has no field \"{}\"", tree_.Text(node.children[0]),
                                        TypeName(operand), node.name));
    if (operand.object == nullptr) {
      *type = operand.element();
      return absl::OkStatus();
    }
    std::vector<std::string_view> names;
    for (const Type::Field& field : operand.object->fields) {
      if (field.name == node.name) {
        *type = field.type;
        return absl::OkStatus();
      }
      names.push_back(field.name);
    }
    if (operand.object->open) return absl::OkStatus();
    std::string message = fmt::format("unknown field \"{}\" of {}", node.name, tree_.Text(node.children[0]));
    if (std::optional<std::string_view> nearest = Nearest(node.name, names))
      return Error(node.at, fmt::format("{}, did you mean \"{}\"?", message, *nearest));
    return Error(node.at,
                 fmt::format("{}, expected {}{}", message, names.size() > 1 ? "one of " : "", ListNames(names)));
  }

  // --- operators and functions ---

  absl::Status WantBool(NodeId id, std::string_view by) const {
    if (MayBe(TypeKind::kBool, TypeOf(id)) || environment_.unchecked) return absl::OkStatus();
    return Error(tree_[id].begin, fmt::format("{} takes bool, and {} is {}", by, tree_.Text(id), TypeName(TypeOf(id))));
  }

  absl::Status VisitOperator(const Node& node, Type* type) {
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
    return Error(node.at, fmt::format("\"{}\" cannot compare {} and {}", Symbol(node.function), TypeName(left),
                                      TypeName(right)));
  }

  absl::Status VisitIn(const Node& node) {
    const Type &needle = Operand(node, 0), &range = Operand(node, 1);
    if (!MayBe(TypeKind::kList, range) && range.kind != TypeKind::kMap)
      return Error(node.at, fmt::format("\"in\" takes a list or a map on its right, and {} is {}",
                                        tree_.Text(node.children[1]), TypeName(range)));
    Type member = range.kind == TypeKind::kMap ? range.key() : range.is_dyn() ? Type() : range.element();
    if (MayCompare(needle, member)) return absl::OkStatus();
    return Error(node.at, fmt::format("{} is {}, which is never in {}", tree_.Text(node.children[0]), TypeName(needle),
                                      TypeName(range)));
  }

  // What is not there is none, so a field that nobody declared is no error here.
  absl::Status VisitOptionalIndex(const Node& node, Type* type) {
    const Type range = Operand(node, 0).kind == TypeKind::kOptional ? Operand(node, 0).element() : Operand(node, 0);
    *type = Type::Optional(range.is_dyn() || range.object != nullptr ? Type() : range.element());
    if (MayBe(TypeKind::kList, range) || range.kind == TypeKind::kMap) return absl::OkStatus();
    return Error(node.at, fmt::format("{} is {}, which has no elements", tree_.Text(node.children[0]), TypeName(range)));
  }

  absl::Status VisitIndex(const Node& node, Type* type) {
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

  // Picks among the rows of the table; dyn fits every row, and several rows that fit may leave a dyn result.
  absl::Status VisitOverload(const Node& node, Function function, Type* type) {
    std::optional<TypeKind> result;
    int arity = 0;
    std::vector<std::string> spelled;
    for (const Overload& overload : Overloads()) {
      if (overload.function != function) continue;
      arity = overload.arity;
      spelled.push_back(Spell(overload));
      if (node.children.size() != static_cast<size_t>(arity)) continue;
      bool fits = true;
      for (size_t i = 0; i < node.children.size(); ++i) fits &= overload.operands[i] == TypeKind::kDyn || MayBe(overload.operands[i], Operand(node, i));
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

  absl::Status WrongOperands(const Node& node, Function function, int arity,
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

  absl::Status VisitCall(const Node& node, Annotation* annotation) {
    bool member = node.kind == NodeKind::kMemberCall;
    if (member) {
      const Node& receiver = tree_[node.children[0]];
      const bool names = receiver.kind == NodeKind::kIdentifier && !names_.FindVariable(receiver.name) && !names_.FindBound(receiver.name);
      if (names && IsLibrary(receiver.name))
        return Error(receiver.begin, fmt::format("{}.{}() is not supported yet", receiver.name, node.name));
      if (names && IsLibraryNamespace(receiver.name)) {
        annotation->rows = FindLibrary(fmt::format("{}.{}", receiver.name, node.name), false);
        if (annotation->rows.empty()) return Error(node.at, fmt::format("unknown function \"{}.{}\"", receiver.name, node.name));
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
    if (function->function == Function::kOrElseValue) annotation->type = Join(Operand(node, 0).element(), Operand(node, 1));
    return VisitTimeLiteral(node, function->function);
  }

  // A call of the library; of a function in a namespace the first child is the namespace's name.
  absl::Status VisitLibrary(const Node& node, size_t first, Annotation* annotation) {
    for (size_t i = first; i < node.children.size(); ++i) RETURN_IF_ERROR(Visit(node.children[i]));
    const size_t given = node.children.size() - first;
    if (given > kArgumentsMax) return Error(node.at, fmt::format("{} takes at most {} values", node.name, kArgumentsMax));
    std::optional<TypeKind> result;
    std::string expected;
    for (const LibraryFunction& row : annotation->rows) {
      expected += (expected.empty() ? "" : ", ") + Spell(row);
      bool fits = given >= static_cast<size_t>(row.least) && given <= static_cast<size_t>(row.most);
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

  // A bad constant is found at load, not at three in the morning.
  absl::Status VisitTimeLiteral(const Node& node, Function function) const {
    const Node& argument = tree_[node.children[0]];
    const std::string_view problem = argument.kind == NodeKind::kLiteral ? TimeProblem(function, argument.literal) : "";
    if (problem.empty()) return absl::OkStatus();
    return Error(argument.begin, fmt::format("{}(\"{}\"): {}", node.name, argument.literal.text(), problem));
  }

  // --- structure ---

  absl::Status VisitConditional(const Node& node, Type* type) {
    RETURN_IF_ERROR(WantBool(node.children[0], "the condition of \"? :\""));
    const Type &yes = Operand(node, 1), &no = Operand(node, 2);
    if (!yes.is_dyn() && !no.is_dyn() && yes.kind != no.kind)
      return Error(node.at, fmt::format("\"? :\" chooses between values of one type, not {} and {}", TypeName(yes),
                                        TypeName(no)));
    *type = Join(yes, no);
    return absl::OkStatus();
  }

  // Of an element or entry as it stands in its list or map: what is inside of one written ?e.
  Type Standing(NodeId id) const {
    if (!tree_[id].optional) return TypeOf(id);
    return TypeOf(id).is_dyn() ? Type() : TypeOf(id).element();
  }

  // The type that all of children[first], children[first + step], … have; dyn when they differ.
  Type Common(const Node& node, size_t first, size_t step) const {
    if (node.children.size() <= first) return Type();
    Type common = Standing(node.children[first]);
    for (size_t i = first + step; i < node.children.size(); i += step) common = Join(common, Standing(node.children[i]));
    return common;
  }

  absl::Status WantOptionals(const Node& node) const {
    for (NodeId child : node.children)
      if (tree_[child].optional && !MayBe(TypeKind::kOptional, TypeOf(child)))
        return Error(tree_[child].begin, fmt::format("\"?\" takes an optional, and {} is {}", tree_.Text(child), TypeName(TypeOf(child))));
    return absl::OkStatus();
  }

  absl::Status VisitKeys(const Node& node) const {
    for (size_t i = 0; i < node.children.size(); i += 2) {
      const Node& key = tree_[node.children[i]];
      const Type& type = TypeOf(node.children[i]);
      const bool fits = type.is_dyn() || type.kind == TypeKind::kString || type.kind == TypeKind::kInt || type.kind == TypeKind::kUint ||
                        type.kind == TypeKind::kBool;
      if (!fits) return Error(key.begin, fmt::format("a map key must be string, int, uint or bool, and {} is {}", tree_.Text(node.children[i]), TypeName(type)));
      for (size_t j = 0; j < i && key.kind == NodeKind::kLiteral && key.literal.is_string(); j += 2)
        if (const Node& other = tree_[node.children[j]]; other.literal.is_string() && other.literal.text() == key.literal.text())
          return Error(key.begin, fmt::format("the key \"{}\" stands twice", key.literal.text()));
    }
    return absl::OkStatus();
  }

  absl::Status VisitMacro(const Node& node, Type* type) {
    RETURN_IF_ERROR(Visit(node.children[0]));
    const Type range = Operand(node, 0);
    if (node.macro == Macro::kBind) {
      names_.Bind(node.name, range);
      RETURN_IF_ERROR(Visit(node.children[1]));
      names_.Unbind(names_.bound() - 1);
      *type = Operand(node, 1);
      return absl::OkStatus();
    }
    if (node.macro == Macro::kOptMap || node.macro == Macro::kOptFlatMap) return VisitOptionalMap(node, range, type);
    if (!MayBe(TypeKind::kList, range) && range.kind != TypeKind::kMap)
      return Error(node.at,
                   fmt::format("{} is {}, expected a list or a map", tree_.Text(node.children[0]), TypeName(range)));
    const bool map = range.kind == TypeKind::kMap;
    const Type key = range.is_dyn() ? Type() : map ? range.key() : Type(TypeKind::kInt), element = range.is_dyn() ? Type() : range.element();
    const size_t outer = names_.bound();
    names_.Bind(node.name, map || !node.second.empty() ? key : element);
    if (!node.second.empty()) names_.Bind(node.second, element);
    for (size_t i = 1; i < node.children.size(); ++i) RETURN_IF_ERROR(Visit(node.children[i]));
    names_.Unbind(outer);
    switch (node.macro) {
      case Macro::kMap:
      case Macro::kTransformList:
        *type = Type::List(Operand(node, 1));
        break;
      case Macro::kTransformMap:
        *type = Type::Map(key, Operand(node, 1));
        break;
      case Macro::kTransformMapEntry:
        *type = Operand(node, 1);
        if (!MayBe(TypeKind::kMap, *type)) return Error(tree_[node.children[1]].begin, "transformMapEntry() makes a map of each element: {value: key}");
        break;
      case Macro::kFilter:
        *type = Type::List(map ? key : element);
        return WantBool(node.children[1], "the condition of a macro");
      default:
        *type = TypeKind::kBool;
        return WantBool(node.children[1], "the condition of a macro");
    }
    return node.children.size() > 2 ? WantBool(node.children[2], "the condition of a macro") : absl::OkStatus();
  }

  absl::Status VisitOptionalMap(const Node& node, const Type& range, Type* type) {
    if (!MayBe(TypeKind::kOptional, range))
      return Error(node.at, fmt::format("{} is {}, expected an optional", tree_.Text(node.children[0]), TypeName(range)));
    names_.Bind(node.name, range.is_dyn() ? Type() : range.element());
    RETURN_IF_ERROR(Visit(node.children[1]));
    names_.Unbind(names_.bound() - 1);
    const Type& made = Operand(node, 1);
    *type = node.macro == Macro::kOptMap ? Type::Optional(made) : made;
    if (node.macro == Macro::kOptMap || MayBe(TypeKind::kOptional, made)) return absl::OkStatus();
    return Error(tree_[node.children[1]].begin, fmt::format("optFlatMap() makes an optional, and {} is {}", tree_.Text(node.children[1]), TypeName(made)));
  }

  const Tree& tree_;
  const Environment& environment_;
  Names names_;
  std::vector<Annotation> annotations_;
};

}  // namespace

absl::StatusOr<std::vector<Annotation>> Check(const Tree& tree, const Environment& environment) {
  return Checker(tree, environment).Run();
}

}  // namespace cartwheel::cel
