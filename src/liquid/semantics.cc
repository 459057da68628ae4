#include "liquid/semantics.h"

#include <algorithm>
#include <charconv>

#include "base/money.h"
#include "base/normal_form.h"
#include "base/time.h"
#include "base/utf8.h"
#include "fmt/format.h"
#include "liquid/number.h"
#include "liquid/text.h"

namespace cartwheel::liquid {
namespace {

bool IsBlankText(std::string_view text) { return Strip(text).empty(); }

bool EqualsEmpty(const Value& value) {
  if (IsWord(value)) return false;
  if (IsText(value)) return value.text().empty();
  return (value.is_list() || value.is_map()) && value.size() == 0;
}

bool EqualsBlank(const Value& value) {
  return !IsTrue(value) || (IsText(value) && IsBlankText(value.text())) || EqualsEmpty(value);
}

bool EqualLists(Context& context, const Value& a, const Value& b) {
  size_t size = a.size();
  if (size != b.size()) return false;
  if (IsRange(a) && IsRange(b)) return size == 0 || BoundsOf(a).first == BoundsOf(b).first;
  for (size_t i = 0; i < size; ++i)
    if (!context.Spend(1) || !Equals(context, a.at(i), b.at(i))) return false;
  return true;
}

bool EqualMaps(Context& context, const Value& a, const Value& b) {
  size_t size = a.size();
  if (size != b.size()) return false;
  for (size_t i = 0; i < size; ++i) {
    auto [key, value] = a.entry(i);
    Value other = b.Find(key.text());
    if (!context.Spend(1) || other.is_absent() || !Equals(context, value, other)) return false;
  }
  return true;
}

bool Contains(Context& context, const Value& left, const Value& right) {
  if (IsNil(left) || !IsTrue(right)) return false;
  if (IsText(left)) {
    std::string_view needle = ToText(context, right);
    return context.SpendBytes(left.text().size()) && left.text().find(needle) != std::string_view::npos;
  }
  if (left.is_map()) return IsText(right) && !left.Find(right.text()).is_absent();
  if (IsRange(left)) {
    auto number = WholeNumber(right);
    return number && BoundsOf(left).first <= *number && *number <= BoundsOf(left).last;
  }
  for (size_t i = 0, size = ElementCount(left); i < size && context.Spend(1); ++i)
    if (Equals(context, left.at(i), right)) return true;
  return false;
}

void Put(std::string* out, std::string_view text) { out->append(text); }
void Put(TextBuilder* out, std::string_view text) { out->Append(text); }

template <typename Integer, typename Sink>
void PutInteger(Integer number, Sink* out) {
  char digits[24];
  auto end = std::to_chars(digits, digits + sizeof(digits), number);
  Put(out, {digits, static_cast<size_t>(end.ptr - digits)});
}

template <typename Sink>
void PutDecimal(Money money, Sink* out) {
  if (money % kMoneyScale == 0) return PutInteger(money / kMoneyScale, out);
  Put(out, FormatMoney(money));
}

// Inside of a map or of another map's value texts are quoted, as the reference prints them.
template <typename Sink>
void PutQuoted(Context& context, const Value& value, Sink* out);

template <typename Sink>
void PutValue(Context& context, const Value& value, Sink* out) {
  switch (value.kind()) {
    case Kind::kAbsent:
    case Kind::kNull:
    case Kind::kOptional:
      return;
    case Kind::kBool:
      return Put(out, value.boolean() ? "true" : "false");
    case Kind::kInt:
      return PutInteger(value.integer(), out);
    case Kind::kUint:
      return PutInteger(value.unsigned_integer(), out);
    case Kind::kDouble:
      return Put(out, FormatReal(value.real()));
    case Kind::kDecimal:
      return PutDecimal(value.decimal(), out);
    case Kind::kString:
    case Kind::kBytes:
    case Kind::kType:
      if (context.SpendBytes(value.text().size())) Put(out, value.text());
      return;
    case Kind::kDuration:
      return Put(out, FormatSpan(value.integer()));
    case Kind::kTimestamp:
      return Put(out, FormatInstant(value.integer()));
    case Kind::kList:
      if (IsRange(value)) {
        PutInteger(BoundsOf(value).first, out);
        Put(out, "..");
        return PutInteger(BoundsOf(value).last, out);
      }
      for (size_t i = 0, size = value.size(); i < size && context.Spend(1); ++i) PutValue(context, value.at(i), out);
      return;
    case Kind::kMap:
      if (!IsWord(value)) PutQuoted(context, value, out);
      return;
  }
}

template <typename Sink>
void PutQuoted(Context& context, const Value& value, Sink* out) {
  if (IsNil(value)) return Put(out, "nil");
  if (IsText(value)) {
    Put(out, "\"");
    Put(out, value.text());
    return Put(out, "\"");
  }
  if (!value.is_map() && (!value.is_list() || IsRange(value))) return PutValue(context, value, out);
  Put(out, value.is_map() ? "{" : "[");
  for (size_t i = 0, size = value.size(); i < size && context.Spend(1); ++i) {
    if (i > 0) Put(out, ", ");
    if (value.is_list()) {
      PutQuoted(context, value.at(i), out);
      continue;
    }
    auto [key, item] = value.entry(i);
    PutQuoted(context, key, out);
    Put(out, "=>");
    PutQuoted(context, item, out);
  }
  Put(out, value.is_map() ? "}" : "]");
}

}  // namespace

bool IsNumber(const Value& value) {
  return value.kind() == Kind::kInt || value.kind() == Kind::kUint || value.kind() == Kind::kDouble ||
         value.kind() == Kind::kDecimal;
}

bool IsText(const Value& value) { return value.is_string() || value.kind() == Kind::kBytes; }

std::optional<int64_t> WholeNumber(const Value& value) {
  if (!IsNumber(value)) return std::nullopt;
  Number number = ToNumber(value);
  return IsWhole(number) ? ToInt(number) : std::nullopt;
}

std::optional<int64_t> ToInteger(const Value& value) {
  if (IsNumber(value)) return ToInt(Truncate(ToNumber(value)));
  if (!IsText(value)) return std::nullopt;
  std::string_view text = Strip(value.text());
  int64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool Equals(Context& context, const Value& a, const Value& b) {
  if (IsWord(a) && IsWord(b)) return IsBlankWord(a) == IsBlankWord(b);
  if (IsBlankWord(a)) return EqualsBlank(b);
  if (IsBlankWord(b)) return EqualsBlank(a);
  if (IsEmptyWord(a)) return EqualsEmpty(b);
  if (IsEmptyWord(b)) return EqualsEmpty(a);
  if (IsNil(a) || IsNil(b)) return IsNil(a) && IsNil(b);
  if (IsText(a) && IsText(b))
    return context.SpendBytes(std::min(a.text().size(), b.text().size())) && a.text() == b.text();
  if (IsNumber(a) && IsNumber(b)) return Order(a, b) == 0;
  if (a.kind() != b.kind()) return false;
  if (a.is_list()) return EqualLists(context, a, b);
  if (a.is_map()) return EqualMaps(context, a, b);
  return a.unsigned_integer() == b.unsigned_integer();
}

std::optional<int> Order(const Value& a, const Value& b) {
  auto sign = [](auto x, auto y) { return x < y ? -1 : x > y ? 1 : 0; };
  if (a.kind() == Kind::kInt && b.kind() == Kind::kInt) return sign(a.integer(), b.integer());
  if (IsNumber(a) && IsNumber(b)) return OrderNumbers(ToNumber(a), ToNumber(b));
  if (IsText(a) && IsText(b)) return sign(a.text().compare(b.text()), 0);
  if (a.kind() == b.kind() && (a.kind() == Kind::kTimestamp || a.kind() == Kind::kDuration))
    return sign(a.integer(), b.integer());
  return std::nullopt;
}

bool Compare(Context& context, const Value& left, Operator op, const Value& right) {
  switch (op) {
    case Operator::kTruth:
      return IsTrue(left);
    case Operator::kEqual:
      return Equals(context, left, right);
    case Operator::kUnequal:
      return !Equals(context, left, right);
    case Operator::kContains:
      return Contains(context, left, right);
    case Operator::kLess:
    case Operator::kLessOrEqual:
    case Operator::kGreater:
    case Operator::kGreaterOrEqual:
      break;
  }
  // Like the reference: what has no order (nil, booleans, lists, maps) compares as false; two things with different
  // orders are an error.
  auto ordered = [](const Value& v) {
    return IsNumber(v) || IsText(v) || v.kind() == Kind::kTimestamp || v.kind() == Kind::kDuration;
  };
  if (!ordered(left) || !ordered(right)) return false;
  std::optional<int> order = Order(left, right);
  if (!order) {
    bool not_a_number = IsNumber(left) && IsNumber(right);
    if (!not_a_number)
      context.Fail(fmt::format("{} cannot be compared with {}", KindName(left.kind()), KindName(right.kind())));
    return false;
  }
  if (IsText(left)) context.SpendBytes(std::min(left.text().size(), right.text().size()));
  if (op == Operator::kLess) return *order < 0;
  if (op == Operator::kLessOrEqual) return *order <= 0;
  return op == Operator::kGreater ? *order > 0 : *order >= 0;
}

void AppendText(Context& context, const Value& value, std::string* out) { PutValue(context, value, out); }
void AppendText(Context& context, const Value& value, TextBuilder* out) { PutValue(context, value, out); }

std::string_view ToText(Context& context, const Value& value) {
  if (IsText(value)) return value.text();
  if (IsNil(value)) return {};
  TextBuilder text(context);
  PutValue(context, value, &text);
  return {text.items(), text.size()};
}

Value Field(Context& context, const Value& value, std::string_view name, PathStep::Kind word) {
  if (value.is_map()) {
    Value found = value.Find(name);
    if (!found.is_absent()) return found;
  }
  switch (word) {
    case PathStep::Kind::kSize:
      if (value.is_string() && !IsSurelyComposed(value.text()))
        return Value::Int(static_cast<int64_t>(CountCharacters(ComposedForm(value.text()))));
      if (IsText(value)) return Value::Int(static_cast<int64_t>(CountCharacters(value.text())));
      return value.is_list() || value.is_map() ? Value::Int(static_cast<int64_t>(value.size())) : Value();
    case PathStep::Kind::kFirst:
      return First(context, value);
    case PathStep::Kind::kLast:
      return Last(value);
    case PathStep::Kind::kField:
    case PathStep::Kind::kIndex:
      break;
  }
  return Value();
}

Value Element(Context& context, const Value& value, const Value& index) {
  if (value.is_map()) return IsText(index) ? value.Find(index.text()) : Value();
  if (!value.is_list()) return Value();
  std::optional<int64_t> at = WholeNumber(index);
  if (!at || !context.Spend(1)) return Value();
  uint64_t size = value.size();
  uint64_t distance =
      *at < 0 ? size + static_cast<uint64_t>(*at) : static_cast<uint64_t>(*at);  // wraps when too negative
  return distance < size ? value.at(distance) : Value();
}

Value First(Context& context, const Value& value) {
  return ElementCount(value) > 0 ? ElementAt(context, value, 0) : Value();
}

Value Last(const Value& value) {
  size_t size = value.is_list() ? value.size() : 0;
  return size > 0 ? value.at(size - 1) : Value();
}

size_t ElementCount(const Value& value) { return value.is_list() || value.is_map() ? value.size() : 0; }

Value ElementAt(Context& context, const Value& value, size_t index) {
  if (value.is_list()) return value.at(index);
  auto [key, item] = value.entry(index);
  return NewPair(context, key, item);
}

}  // namespace cartwheel::liquid
