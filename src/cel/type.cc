#include "cel/type.h"

#include <utility>

#include "fmt/format.h"

namespace cartwheel::cel {
namespace {

Type MakeObject(std::vector<Type::Field> fields, bool open) {
  Type type(TypeKind::kMap);
  type.object = std::make_shared<const ObjectType>(ObjectType{std::move(fields), open});
  return type;
}

}  // namespace

Type Type::List(Type element) {
  Type type(TypeKind::kList);
  type.parameters.push_back(std::move(element));
  return type;
}

Type Type::Optional(Type element) {
  Type type(TypeKind::kOptional);
  type.parameters.push_back(std::move(element));
  return type;
}

Type Type::Map(Type value) {
  Type type(TypeKind::kMap);
  type.parameters.push_back(std::move(value));
  return type;
}

Type Type::Map(Type key, Type value) {
  Type type = Map(std::move(value));
  if (key.kind != TypeKind::kString) type.parameters.push_back(std::move(key));
  return type;
}

Type Type::Object(std::vector<Field> fields) { return MakeObject(std::move(fields), false); }

Type Type::OpenObject(std::vector<Field> fields) { return MakeObject(std::move(fields), true); }

bool operator==(const Type& a, const Type& b) {
  return a.kind == b.kind && a.object == b.object && a.element().kind == b.element().kind &&
         (a.parameters.empty() || b.parameters.empty() || a.parameters[0] == b.parameters[0]);
}

std::string_view TypeName(TypeKind kind) {
  static constexpr std::string_view kNames[] = {"dyn",   "null",      "bool",     "int",  "uint", "double", "string",
                                                "bytes", "timestamp", "duration", "list", "map",  "type",   "optional"};
  return kNames[static_cast<size_t>(kind)];
}

std::string TypeName(const Type& type) {
  if (type.kind == TypeKind::kOptional) return fmt::format("optional({})", TypeName(type.element()));
  if (type.kind == TypeKind::kList) return fmt::format("list({})", TypeName(type.element()));
  if (type.kind == TypeKind::kMap) return fmt::format("map({}, {})", TypeName(type.key()), TypeName(type.element()));
  return std::string(TypeName(type.kind));
}

}  // namespace cartwheel::cel
