// The functions of optional values, but or() and orValue(), which do not compute what they do not need (evaluation.cc).
#include "cel/compare.h"
#include "cel/library.h"
#include "cel/operators.h"

namespace cartwheel::cel {
namespace {

using Values = absl::Span<const Value>;
using K = TypeKind;

// The value that a type begins with: 0, "", an empty list, none.
bool IsZero(const Value& value) {
  switch (value.kind()) {
    case Kind::kAbsent:
    case Kind::kNull:
      return true;
    case Kind::kDouble:
    case Kind::kDecimal:
      return ToDouble(value) == 0;
    case Kind::kString:
    case Kind::kBytes:
      return value.text().empty();
    case Kind::kList:
    case Kind::kMap:
      return value.size() == 0;
    case Kind::kOptional:
      return value.inside() == nullptr;
    case Kind::kType:
      return false;
    case Kind::kBool:
    case Kind::kInt:
    case Kind::kUint:
    case Kind::kDuration:
    case Kind::kTimestamp:
      break;
  }
  return value.integer() == 0;
}

Value Of(Values v, Arena& arena, std::string_view*) { return arena.Optional(v[0]); }

Value OfNonZero(Values v, Arena& arena, std::string_view*) {
  return IsZero(v[0]) ? Value::Optional(nullptr) : arena.Optional(v[0]);
}

Value None(Values, Arena&, std::string_view*) { return Value::Optional(nullptr); }

Value HasValue(Values v, Arena&, std::string_view*) { return Value::Bool(v[0].inside() != nullptr); }

Value Inside(Values v, Arena&, std::string_view* error) {
  if (v[0].inside() != nullptr) return *v[0].inside();
  return Fail("the value of an optional that is none", error);
}

Value Unwrap(Values v, Arena& arena, std::string_view* error) {
  std::vector<Value> elements;
  for (size_t i = 0; i < v[0].size(); ++i) {
    const Value element = v[0].at(i);
    if (element.kind() != Kind::kOptional) return Fail("an element that is no optional", error);
    if (element.inside() != nullptr) elements.push_back(*element.inside());
  }
  return arena.List(std::move(elements));
}

Value End(const Value& list, bool last, Arena& arena) {
  if (list.size() == 0) return Value::Optional(nullptr);
  return arena.Optional(list.at(last ? list.size() - 1 : 0));
}

Value First(Values v, Arena& arena, std::string_view*) { return End(v[0], false, arena); }

Value Last(Values v, Arena& arena, std::string_view*) { return End(v[0], true, arena); }

constexpr LibraryFunction kRows[] = {
    {"optional.of", false, K::kOptional, 1, 1, {K::kDyn}, Of},
    {"optional.ofNonZeroValue", false, K::kOptional, 1, 1, {K::kDyn}, OfNonZero},
    {"optional.none", false, K::kOptional, 0, 0, {}, None},
    {"optional.unwrap", false, K::kList, 1, 1, {K::kList}, Unwrap},
    {"hasValue", true, K::kBool, 1, 1, {K::kOptional}, HasValue},
    {"value", true, K::kDyn, 1, 1, {K::kOptional}, Inside},
    {"unwrapOpt", true, K::kList, 1, 1, {K::kList}, Unwrap},
    {"first", true, K::kOptional, 1, 1, {K::kList}, First},
    {"last", true, K::kOptional, 1, 1, {K::kList}, Last},
};

}  // namespace

absl::Span<const LibraryFunction> OptionalFunctions() { return kRows; }

Value SelectOptional(const Value& range, const Value& key, Arena& arena, std::string_view* error) {
  if (range.kind() == Kind::kOptional)
    return range.inside() == nullptr ? range : SelectOptional(*range.inside(), key, arena, error);
  const bool fits = range.is_map() || (range.is_list() && IsNumber(key));
  if (!fits) return Fail(kNoOverload, error);
  std::string_view missing;
  const Value found = ApplyBinary(Function::kIndex, range, key, arena, &missing);
  return found.is_absent() ? Value::Optional(nullptr) : arena.Optional(found);
}

}  // namespace cartwheel::cel
