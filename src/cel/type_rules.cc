#include "cel/type_rules.h"

#include <utility>

#include "cel/library.h"
#include "cel/time_text.h"

namespace cartwheel::cel {

bool MayBe(TypeKind wanted, const Type& type) { return type.is_dyn() || type.kind == wanted; }

bool MayCompare(const Type& a, const Type& b) {
  return a.is_dyn() || b.is_dyn() || a.kind == b.kind || (a.is_number() && b.is_number());
}

bool MayOrder(const Type& type) {
  static constexpr TypeKind kOrdered[] = {TypeKind::kDyn,   TypeKind::kBool,      TypeKind::kInt,
                                          TypeKind::kUint,  TypeKind::kDouble,    TypeKind::kString,
                                          TypeKind::kBytes, TypeKind::kTimestamp, TypeKind::kDuration};
  for (TypeKind kind : kOrdered)
    if (type.kind == kind) return true;
  return false;
}

TypeKind KindOf(const Value& literal) {
  static constexpr TypeKind kKinds[] = {TypeKind::kNull,   TypeKind::kBool,   TypeKind::kInt,  TypeKind::kUint,
                                        TypeKind::kDouble, TypeKind::kString, TypeKind::kBytes};
  for (TypeKind kind : kKinds)
    if (Takes(kind, literal)) return kind;
  return TypeKind::kNull;
}

Type Join(const Type& a, const Type& b) {
  if (a == b) return a.parameters.empty() ? b : a;
  if (a.kind != b.kind || a.object != b.object) return Type();
  if (a.kind == TypeKind::kOptional) return Type::Optional(Join(a.element(), b.element()));
  return a.kind == TypeKind::kList ? Type::List(Join(a.element(), b.element())) : Type();
}

std::string_view TimeProblem(Function function, const Value& literal) {
  std::string_view problem;
  if (!literal.is_string()) return problem;
  if (function == Function::kToTimestamp) ReadTimestamp(literal.text(), &problem);
  if (function == Function::kToDuration) ReadDuration(literal.text(), &problem);
  return problem;
}

Type Refined(std::string_view function, TypeKind result, const Type& operand) {
  const bool of = result == TypeKind::kOptional && function.substr(0, 2) == "of";
  if (of) return Type::Optional(operand);
  if (function == "value") return operand.element();
  if (result == TypeKind::kOptional) return Type::Optional(operand.element());
  return result;
}

}  // namespace cartwheel::cel
