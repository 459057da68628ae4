// What the reference says values are: true or false, equal, ordered, a text, a number, something to walk over.
// Everything that compares or converts goes through here, so that tags and filters agree.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/value.h"
#include "liquid/containers.h"
#include "liquid/context.h"
#include "liquid/tree.h"

namespace cartwheel::liquid {

inline bool IsNil(const Value& value) { return value.kind() == Kind::kAbsent || value.kind() == Kind::kNull; }
inline bool IsTrue(const Value& value) { return !IsNil(value) && (value.kind() != Kind::kBool || value.boolean()); }
bool IsNumber(const Value& value);
bool IsText(const Value& value);  // a string or bytes

// An integer, a float or a decimal that is whole. Empty for other kinds; texts are not read.
std::optional<int64_t> WholeNumber(const Value& value);
// For filter arguments: numbers are cut towards zero, texts must be whole numbers.
std::optional<int64_t> ToInteger(const Value& value);

bool Equals(Context& context, const Value& a, const Value& b);
// -1, 0, 1; empty when the two cannot be ordered. Numbers with numbers, texts with texts.
std::optional<int> Order(const Value& a, const Value& b);
bool Compare(Context& context, const Value& left, Operator op, const Value& right);

// Appends to a std::string or a TextBuilder. Lists print their elements side by side, maps as {"key"=>value}.
void AppendText(Context& context, const Value& value, std::string* out);
void AppendText(Context& context, const Value& value, TextBuilder* out);
// A view of the value itself when it is a text, else of a new one in the arena.
std::string_view ToText(Context& context, const Value& value);

// `value.name` and `value[index]`; nil when there is no such thing.
Value Field(Context& context, const Value& value, std::string_view name, PathStep::Kind word);
Value Element(Context& context, const Value& value, const Value& index);
Value First(Context& context, const Value& value);
Value Last(const Value& value);

// The elements of a list, the [key, value] pairs of a map; nothing otherwise.
size_t ElementCount(const Value& value);
Value ElementAt(Context& context, const Value& value, size_t index);

}  // namespace cartwheel::liquid
