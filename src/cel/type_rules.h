// What the checker knows of types: which may stand for which, and what comes out of two.
#pragma once

#include <string_view>

#include "base/value.h"
#include "cel/functions.h"
#include "cel/type.h"

namespace cartwheel::cel {

bool MayBe(TypeKind wanted, const Type& type);
bool MayCompare(const Type& a, const Type& b);
bool MayOrder(const Type& type);
TypeKind KindOf(const Value& literal);

// The type of what is one or the other: dyn when they differ; a list, map or optional of which one knows no more takes
// the other's element.
Type Join(const Type& a, const Type& b);

// What is wrong with the text of timestamp() or duration(); empty for any other call.
std::string_view TimeProblem(Function function, const Value& literal);

// The result of a library function of one operand, with what is known of the operand.
Type Refined(std::string_view function, TypeKind result, const Type& operand);

}  // namespace cartwheel::cel
