// Equality and order of values as CEL defines them: numbers compare across their types, values of different kinds are
// unequal, and only some kinds have an order.
#pragma once

#include <cstdint>

#include "base/value.h"
#include "cel/functions.h"

namespace cartwheel::cel {

enum class Order : uint8_t { kLess, kEqual, kGreater, kUnordered, kNone };  // kUnordered: NaN; kNone: no such overload

// Everything but int against int, which stands below, inline: most of what conditions compare.
Order CompareOther(const Value& a, const Value& b);
bool EqualOther(const Value& a, const Value& b);

inline Order Compare(const Value& a, const Value& b) {
  if (a.kind() != Kind::kInt || b.kind() != Kind::kInt) return CompareOther(a, b);
  return a.integer() < b.integer() ? Order::kLess : a.integer() > b.integer() ? Order::kGreater : Order::kEqual;
}
inline bool Equal(const Value& a, const Value& b) {
  return a.kind() == Kind::kInt && b.kind() == Kind::kInt ? a.integer() == b.integer() : EqualOther(a, b);
}

// Whether the outcome satisfies `function`, one of < <= > >=.
inline bool Satisfies(Order order, Function function) {
  const bool less = function == Function::kLess || function == Function::kLessEqual;
  const bool equal = function == Function::kLessEqual || function == Function::kGreaterEqual;
  return order == (less ? Order::kLess : Order::kGreater) || (equal && order == Order::kEqual);
}

bool IsNumber(const Value& value);
// The value of a key of any kind; absent when there is none.
Value FindKey(const Value& map, const Value& key);

}  // namespace cartwheel::cel
