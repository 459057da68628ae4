// Names and structure.
#include "cel/checker.h"

#include "base/suggest.h"

namespace cartwheel::cel {

absl::Status Checker::VisitNode(NodeId id) {
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
      return VisitCall(id, &annotation);
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
      annotation.type =
          Type::Map(node.children.empty() ? Type(TypeKind::kString) : Common(node, 0, 2), Common(node, 1, 2));
      return VisitKeys(node);
    case NodeKind::kMacro:
      return VisitMacro(node, &annotation.type);
  }
  return absl::OkStatus();
}

absl::Status Checker::VisitIdentifier(const Node& node, Annotation* annotation) {
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
  return Error(node.at, fmt::format("unknown variable \"{}\"{}", node.name,
                                    names.empty() ? ", there are none here" : ExpectedOneOf(names)));
}

bool Checker::ResolveQualified(NodeId id, Annotation* annotation) const {
  const std::string name = names_.QualifiedName(id);
  if (name.empty()) return false;
  const std::optional<int> slot = names_.Resolve(name);
  if (!slot) return SetType(name, annotation);
  SetVariable(*slot, annotation);
  return true;
}

absl::Status Checker::VisitField(const Node& node, Type* type) {
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
  return Error(node.at, fmt::format("unknown field \"{}\" of {}{}", node.name, tree_.Text(node.children[0]),
                                    Hint(node.name, names)));
}

absl::Status Checker::VisitConditional(const Node& node, Type* type) {
  RETURN_IF_ERROR(WantBool(node.children[0], "the condition of \"? :\""));
  const Type &yes = Operand(node, 1), &no = Operand(node, 2);
  if (!yes.is_dyn() && !no.is_dyn() && yes.kind != no.kind)
    return Error(node.at,
                 fmt::format("\"? :\" chooses between values of one type, not {} and {}", TypeName(yes), TypeName(no)));
  *type = Join(yes, no);
  return absl::OkStatus();
}

Type Checker::Standing(NodeId id) const {
  if (!tree_[id].optional) return TypeOf(id);
  return TypeOf(id).is_dyn() ? Type() : TypeOf(id).element();
}

Type Checker::Common(const Node& node, size_t first, size_t step) const {
  if (node.children.size() <= first) return Type();
  Type common = Standing(node.children[first]);
  for (size_t i = first + step; i < node.children.size(); i += step) common = Join(common, Standing(node.children[i]));
  return common;
}

absl::Status Checker::WantOptionals(const Node& node) const {
  for (NodeId child : node.children)
    if (tree_[child].optional && !MayBe(TypeKind::kOptional, TypeOf(child)))
      return Error(tree_[child].begin,
                   fmt::format("\"?\" takes an optional, and {} is {}", tree_.Text(child), TypeName(TypeOf(child))));
  return absl::OkStatus();
}

absl::Status Checker::VisitKeys(const Node& node) const {
  for (size_t i = 0; i < node.children.size(); i += 2) {
    const Node& key = tree_[node.children[i]];
    const Type& type = TypeOf(node.children[i]);
    const bool fits = type.is_dyn() || type.kind == TypeKind::kString || type.kind == TypeKind::kInt ||
                      type.kind == TypeKind::kUint || type.kind == TypeKind::kBool;
    if (!fits)
      return Error(key.begin, fmt::format("a map key must be string, int, uint or bool, and {} is {}",
                                          tree_.Text(node.children[i]), TypeName(type)));
    for (size_t j = 0; j < i && key.kind == NodeKind::kLiteral && key.literal.is_string(); j += 2)
      if (const Node& other = tree_[node.children[j]];
          other.literal.is_string() && other.literal.text() == key.literal.text())
        return Error(key.begin, fmt::format("the key \"{}\" stands twice", key.literal.text()));
  }
  return absl::OkStatus();
}

absl::Status Checker::VisitMacro(const Node& node, Type* type) {
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
  const Type key = range.is_dyn() ? Type()
                   : map          ? range.key()
                                  : Type(TypeKind::kInt),
             element = range.is_dyn() ? Type() : range.element();
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
      if (!MayBe(TypeKind::kMap, *type))
        return Error(tree_[node.children[1]].begin, "transformMapEntry() makes a map of each element: {value: key}");
      break;
    case Macro::kFilter:
      *type = Type::List(map ? key : element);
      return WantBool(node.children[1], "the condition of a macro");
    case Macro::kExists:
    case Macro::kAll:
    case Macro::kExistsOne:
      *type = TypeKind::kBool;
      return WantBool(node.children[1], "the condition of a macro");
    case Macro::kBind:  // these are visited before
    case Macro::kOptMap:
    case Macro::kOptFlatMap:
      break;
  }
  return node.children.size() > 2 ? WantBool(node.children[2], "the condition of a macro") : absl::OkStatus();
}

absl::Status Checker::VisitOptionalMap(const Node& node, const Type& range, Type* type) {
  if (!MayBe(TypeKind::kOptional, range))
    return Error(node.at, fmt::format("{} is {}, expected an optional", tree_.Text(node.children[0]), TypeName(range)));
  names_.Bind(node.name, range.is_dyn() ? Type() : range.element());
  RETURN_IF_ERROR(Visit(node.children[1]));
  names_.Unbind(names_.bound() - 1);
  const Type& made = Operand(node, 1);
  *type = node.macro == Macro::kOptMap ? Type::Optional(made) : made;
  if (node.macro == Macro::kOptMap || MayBe(TypeKind::kOptional, made)) return absl::OkStatus();
  return Error(tree_[node.children[1]].begin, fmt::format("optFlatMap() makes an optional, and {} is {}",
                                                          tree_.Text(node.children[1]), TypeName(made)));
}

absl::StatusOr<std::vector<Annotation>> Check(const Tree& tree, const Environment& environment) {
  return Checker(tree, environment).Run();
}

}  // namespace cartwheel::cel
