// Finds at load what can be known before a value is read: unknown variables, functions and fields, operands of the
// wrong type. Its annotations tell the compiler what each name means. It visits every node, children first: names and
// structure are in checker.cc, operators and calls in checker_calls.cc.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "base/place.h"
#include "base/status.h"
#include "cel/annotation.h"
#include "cel/cel.h"
#include "cel/names.h"
#include "cel/tree.h"
#include "cel/type_rules.h"
#include "fmt/format.h"

namespace cartwheel::cel {

// One annotation for each node of the tree.
absl::StatusOr<std::vector<Annotation>> Check(const Tree& tree, const Environment& environment);

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

  absl::Status VisitNode(NodeId id);

  // --- names ---

  absl::Status VisitIdentifier(const Node& node, Annotation* annotation);

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
  bool ResolveQualified(NodeId id, Annotation* annotation) const;

  // The type of children[0].name.
  absl::Status VisitField(const Node& node, Type* type);

  // --- operators and functions ---

  absl::Status WantBool(NodeId id, std::string_view by) const {
    if (MayBe(TypeKind::kBool, TypeOf(id)) || environment_.unchecked) return absl::OkStatus();
    return Error(tree_[id].begin, fmt::format("{} takes bool, and {} is {}", by, tree_.Text(id), TypeName(TypeOf(id))));
  }

  absl::Status VisitOperator(const Node& node, Type* type);

  absl::Status VisitIn(const Node& node);

  // Types range.?field and range[?key]: a field that was not declared is no error, it gives an optional of none.
  absl::Status VisitOptionalIndex(const Node& node, Type* type);

  absl::Status VisitIndex(const Node& node, Type* type);

  // Picks among the rows of the table; dyn fits every row, and several rows that fit may leave a dyn result.
  absl::Status VisitOverload(const Node& node, Function function, Type* type);

  absl::Status WrongOperands(const Node& node, Function function, int arity,
                             const std::vector<std::string>& spelled) const;

  absl::Status VisitCall(NodeId id, Annotation* annotation);

  absl::Status VisitSegment(const Node& node, Annotation* annotation);

  // A call of the library; of a function in a namespace the first child is the namespace's name.
  absl::Status VisitLibrary(const Node& node, size_t first, Annotation* annotation);

  // A bad constant is found at load, not at three in the morning.
  absl::Status VisitTimeLiteral(const Node& node, Function function) const;

  // --- structure ---

  absl::Status VisitConditional(const Node& node, Type* type);

  // Of an element or entry as it stands in its list or map: what is inside of one written ?e.
  Type Standing(NodeId id) const;

  // The type that all of children[first], children[first + step], … have; dyn when they differ.
  Type Common(const Node& node, size_t first, size_t step) const;

  absl::Status WantOptionals(const Node& node) const;

  absl::Status VisitKeys(const Node& node) const;

  absl::Status VisitMacro(const Node& node, Type* type);

  absl::Status VisitOptionalMap(const Node& node, const Type& range, Type* type);

  const Tree& tree_;
  const Environment& environment_;
  Names names_;
  std::vector<Annotation> annotations_;
};

}  // namespace cartwheel::cel
