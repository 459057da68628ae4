#include "cel/conversions.h"

#include <charconv>
#include <limits>
#include <optional>

#include "base/time.h"
#include "base/utf8.h"
#include "cel/time_text.h"

namespace cartwheel::cel {
namespace {

constexpr double kTwoTo63 = 9223372036854775808.0;
constexpr int64_t kIntMax = std::numeric_limits<int64_t>::max();

bool IsReal(const Value& value) { return value.kind() == Kind::kDouble || value.kind() == Kind::kDecimal; }

template <typename Number>
std::optional<Number> Parse(std::string_view text) {
  if (!text.empty() && text[0] == '+') {
    text.remove_prefix(1);
    if (!text.empty() && text[0] == '-') return std::nullopt;
  }
  Number number{};
  auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// Seconds, rounded down: the inverse of timestamp(int).
int64_t Seconds(int64_t at_ms) { return at_ms / kSecondMs - (at_ms % kSecondMs < 0 ? 1 : 0); }

Value ToInt(const Value& value, std::string_view* error) {
  if (value.kind() == Kind::kInt) return value;
  if (value.kind() == Kind::kUint) {
    if (value.unsigned_integer() > static_cast<uint64_t>(kIntMax)) return Fail("too large for an int", error);
    return Value::Int(value.integer());
  }
  if (IsReal(value)) {
    double number = ToDouble(value);
    if (!(number > -kTwoTo63 && number < kTwoTo63)) return Fail("too large for an int", error);
    return Value::Int(static_cast<int64_t>(number));
  }
  if (value.kind() == Kind::kTimestamp) return Value::Int(Seconds(value.integer()));
  if (value.kind() != Kind::kString) return Fail(kNoOverload, error);
  std::optional<int64_t> number = Parse<int64_t>(value.text());
  return number ? Value::Int(*number) : Fail("a text that is not an int", error);
}

Value ToUint(const Value& value, std::string_view* error) {
  if (value.kind() == Kind::kUint) return value;
  if (value.kind() == Kind::kInt)
    return value.integer() < 0 ? Fail("a negative number has no uint", error) : Value::Uint(value.unsigned_integer());
  if (IsReal(value)) {
    double number = ToDouble(value);
    if (!(number >= 0 && number < 2 * kTwoTo63)) return Fail("out of the range of a uint", error);
    return Value::Uint(static_cast<uint64_t>(number));
  }
  if (value.kind() != Kind::kString) return Fail(kNoOverload, error);
  std::optional<uint64_t> number = Parse<uint64_t>(value.text());
  return number ? Value::Uint(*number) : Fail("a text that is not a uint", error);
}

Value ToReal(const Value& value, std::string_view* error) {
  if (value.kind() >= Kind::kInt && value.kind() <= Kind::kDecimal) return Value::Double(ToDouble(value));
  if (value.kind() != Kind::kString) return Fail(kNoOverload, error);
  std::optional<double> number = Parse<double>(value.text());
  if (!number || value.text().find('(') != std::string_view::npos) return Fail("a text that is not a double", error);
  return Value::Double(*number);
}

Value ToBool(const Value& value, std::string_view* error) {
  static constexpr std::string_view kTrue[] = {"1", "t", "T", "true", "TRUE", "True"};
  static constexpr std::string_view kFalse[] = {"0", "f", "F", "false", "FALSE", "False"};
  if (value.kind() == Kind::kBool) return value;
  if (value.kind() != Kind::kString) return Fail(kNoOverload, error);
  for (std::string_view text : kTrue)
    if (value.text() == text) return Value::Bool(true);
  for (std::string_view text : kFalse)
    if (value.text() == text) return Value::Bool(false);
  return Fail("a text that is not a bool", error);
}

// Of what needs no memory; ScalarText writes numbers and times.
Value ToText(const Value& value, std::string_view* error) {
  if (value.is_string()) return value;
  if (value.kind() == Kind::kBool) return Value::String(value.boolean() ? "true" : "false");
  if (value.kind() != Kind::kBytes) return Fail(kNoOverload, error);
  return IsUtf8(value.text()) ? Value::String(value.text()) : Fail("bytes that are not UTF-8", error);
}

Value ToBytes(const Value& value, std::string_view* error) {
  if (value.kind() == Kind::kBytes) return value;
  return value.is_string() ? Value::Bytes(value.text()) : Fail(kNoOverload, error);
}

Value ToTimestamp(const Value& value, std::string_view* error) {
  if (value.kind() == Kind::kTimestamp) return value;
  if (value.kind() == Kind::kInt) {
    int64_t seconds = value.integer();
    if (seconds < kTimestampMinMs / kSecondMs || seconds > kTimestampMaxMs / kSecondMs)
      return Fail("outside of the years 1 to 9999", error);
    return Value::Timestamp(seconds * kSecondMs);
  }
  if (value.kind() != Kind::kString) return Fail(kNoOverload, error);
  return ReadTimestamp(value.text(), error).value_or(Value());
}

Value ToDuration(const Value& value, std::string_view* error) {
  if (value.kind() == Kind::kDuration) return value;
  if (value.kind() != Kind::kString) return Fail(kNoOverload, error);
  return ReadDuration(value.text(), error).value_or(Value());
}

struct Conversion {
  Function function;
  Value (*convert)(const Value& value, std::string_view* error);
};
constexpr Conversion kConversions[] = {
    {Function::kToInt, ToInt},
    {Function::kToUint, ToUint},
    {Function::kToDouble, ToReal},
    {Function::kToBool, ToBool},
    {Function::kToString, ToText},
    {Function::kToBytes, ToBytes},
    {Function::kToDyn, [](const Value& value, std::string_view*) { return value; }},
    {Function::kToTimestamp, ToTimestamp},
    {Function::kToDuration, ToDuration},
};

}  // namespace

Value Convert(Function function, const Value& operand, std::string_view* error) {
  for (const Conversion& row : kConversions)
    if (row.function == function) return row.convert(operand, error);
  return Fail(kNoOverload, error);
}

}  // namespace cartwheel::cel
