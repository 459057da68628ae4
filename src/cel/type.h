// The types that the checker reasons with. `dyn` is "not known before it is read": event properties, attributes. An
// object is a map whose keys are known, so that a misspelt one is found at load.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cartwheel::cel {

enum class TypeKind : uint8_t {
  kDyn,
  kNull,
  kBool,
  kInt,
  kUint,
  kDouble,  // also Value's kDecimal: money
  kString,
  kBytes,
  kTimestamp,
  kDuration,
  kList,
  kMap,
  kType,
  kOptional,
};

struct ObjectType;

struct Type {
  TypeKind kind = TypeKind::kDyn;
  std::vector<Type>
      parameters;  // kList, kOptional: the element; kMap: the value, and the key when that is no string; empty is dyn
  std::shared_ptr<const ObjectType> object;  // kMap with known keys; null for any other type

  Type() = default;
  Type(TypeKind kind) : kind(kind) {}  // NOLINT: a kind is a type

  static Type List(Type element);
  static Type Optional(Type element);
  static Type Map(Type value);
  static Type Map(Type key, Type value);
  struct Field;
  static Type Object(std::vector<Field> fields);
  // Keys beyond the declared ones are allowed and dyn: a customer with attributes of the shop's own.
  static Type OpenObject(std::vector<Field> fields);

  bool is_dyn() const { return kind == TypeKind::kDyn; }
  bool is_number() const { return kind == TypeKind::kInt || kind == TypeKind::kUint || kind == TypeKind::kDouble; }
  // Of a list, a map or an optional.
  Type element() const { return parameters.empty() ? Type() : parameters[0]; }
  // Of a map.
  Type key() const { return parameters.size() < 2 ? Type(TypeKind::kString) : parameters[1]; }
};

struct Type::Field {
  std::string name;
  Type type;
};

struct ObjectType {
  std::vector<Type::Field> fields;
  bool open = false;
};

bool operator==(const Type& a, const Type& b);
// "int", "list(string)", "map(string, dyn)".
std::string TypeName(const Type& type);
std::string_view TypeName(TypeKind kind);

}  // namespace cartwheel::cel
