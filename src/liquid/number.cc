#include "liquid/number.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <string_view>

#include "base/money.h"
#include "fmt/format.h"
#include "liquid/text.h"

namespace cartwheel::liquid {
namespace {

constexpr int kScaleMax = 30;
constexpr double kPowersOfTen[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                   1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};  // all exact
constexpr int kExactPowersMax = 22;
constexpr int kPlacesMax = 300;

Number::Kind Mix(const Number& a, const Number& b) {
  if (a.kind == Number::Kind::kDecimal || b.kind == Number::Kind::kDecimal) return Number::Kind::kDecimal;
  return a.kind == Number::Kind::kReal || b.kind == Number::Kind::kReal ? Number::Kind::kReal : Number::Kind::kInteger;
}

Number Exact(Number::Kind kind, __int128 digits, int scale) { return {kind, true, scale, digits, 0}; }
Number Inexact(Number::Kind kind, double real) {
  return {kind == Number::Kind::kInteger ? Number::Kind::kReal : kind, false, 0, 0, real};
}

bool Shift(__int128* digits, int places) {
  for (; places > 0; --places)
    if (__builtin_mul_overflow(*digits, 10, digits)) return false;
  return true;
}

// Brings both to the same scale.
bool Align(const Number& a, const Number& b, __int128* x, __int128* y, int* scale) {
  if (!a.exact || !b.exact) return false;
  *scale = std::max(a.scale, b.scale);
  *x = a.digits;
  *y = b.digits;
  return Shift(x, *scale - a.scale) && Shift(y, *scale - b.scale);
}

double ToReal(const Number& number) {
  if (!number.exact) return number.real;
  constexpr __int128 kExactInDouble = __int128{1} << 53;
  if (number.scale == 0 ||
      (number.scale <= kExactPowersMax && number.digits < kExactInDouble && -number.digits < kExactInDouble))
    return static_cast<double>(number.digits) / kPowersOfTen[number.scale];
  // Correctly rounded by way of the text.
  __int128 rest = number.digits < 0 ? -number.digits : number.digits;
  std::string text;
  for (; rest > 0; rest /= 10) text.insert(text.begin(), static_cast<char>('0' + static_cast<int>(rest % 10)));
  text += fmt::format("e-{}", number.scale);
  double real = 0;
  std::from_chars(text.data(), text.data() + text.size(), real);
  return number.digits < 0 ? -real : real;
}

// The digits of a decimal text, "-12.50": nothing but a sign, digits, and perhaps a point and digits.
std::optional<Number> ParseDecimal(std::string_view text, Number::Kind kind) {
  Number number = Exact(kind, 0, 0);
  bool negative = text.starts_with('-');
  size_t at = negative || text.starts_with('+') ? 1 : 0;
  bool any = false, point = false;
  for (; at < text.size(); ++at) {
    if (text[at] == '.' && any && !point && at + 1 < text.size()) {
      point = true;
      continue;
    }
    if (!IsDigit(text[at])) return std::nullopt;
    any = true;
    if (number.digits > std::numeric_limits<int64_t>::max() || number.scale >= kScaleMax) return std::nullopt;
    number.digits = number.digits * 10 + (text[at] - '0');
    if (point) ++number.scale;
  }
  if (!any) return std::nullopt;
  if (negative) number.digits = -number.digits;
  if (point) number.kind = Number::Kind::kReal;
  return number;
}

Number FromDouble(double real) {
  constexpr double kWholeMax = 1e37;  // every float from 2^53 up is whole: exact ones and int64 order totally
  if (std::fabs(real) < kWholeMax && real == std::floor(real))
    return Exact(Number::Kind::kReal, static_cast<__int128>(real), 0);
  // The common short ones: when digits / 10^scale rounds to the number, and no shorter scale does, these are its
  // digits.
  constexpr int kShortScaleMax = 4;
  constexpr double kExactWholeMax = 9e15;
  for (int scale = 1; scale <= kShortScaleMax; ++scale) {
    double digits = std::nearbyint(real * kPowersOfTen[scale]);
    if (std::fabs(digits) < kExactWholeMax && digits / kPowersOfTen[scale] == real)
      return Exact(Number::Kind::kReal, static_cast<int64_t>(digits), scale);
  }
  char text[400];
  auto end = std::to_chars(text, text + sizeof(text), real, std::chars_format::fixed);
  auto number = ParseDecimal({text, static_cast<size_t>(end.ptr - text)}, Number::Kind::kReal);
  return number ? *number : Inexact(Number::Kind::kReal, real);
}

Number FromText(std::string_view text) {
  text = Strip(text);
  if (auto number = ParseDecimal(text, Number::Kind::kInteger)) return *number;
  size_t end = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
  while (end < text.size() && IsDigit(text[end])) ++end;
  return ParseDecimal(text.substr(0, end), Number::Kind::kInteger).value_or(Number());
}

__int128 FloorDivide(__int128 a, __int128 b) {
  __int128 quotient = a / b;
  return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

}  // namespace

Number ToNumber(const Value& value) {
  switch (value.kind()) {
    case Kind::kInt:
      return Exact(Number::Kind::kInteger, value.integer(), 0);
    case Kind::kUint:
      return Exact(Number::Kind::kInteger, value.unsigned_integer(), 0);
    case Kind::kDouble:
      return FromDouble(value.real());
    case Kind::kDecimal:
      return Exact(Number::Kind::kDecimal, value.decimal(), kMoneyDigits);
    case Kind::kString:
    case Kind::kBytes:
      return FromText(value.text());
    case Kind::kAbsent:
    case Kind::kNull:
    case Kind::kBool:
    case Kind::kDuration:
    case Kind::kTimestamp:
    case Kind::kList:
    case Kind::kMap:
    case Kind::kType:
    case Kind::kOptional:
      break;
  }
  return {};
}

Value FromNumber(const Number& number) {
  if (number.exact && number.kind == Number::Kind::kInteger)
    if (auto integer = ToInt(number)) return Value::Int(*integer);
  if (number.exact && number.kind == Number::Kind::kDecimal) {
    __int128 digits = number.digits;
    int scale = number.scale;
    for (; scale > kMoneyDigits && digits % 10 == 0; --scale) digits /= 10;
    if (scale <= kMoneyDigits && Shift(&digits, kMoneyDigits - scale) && digits <= std::numeric_limits<Money>::max() &&
        digits >= std::numeric_limits<Money>::min())
      return Value::Decimal(static_cast<Money>(digits));
  }
  return Value::Double(ToReal(number));
}

bool IsWhole(const Number& number) {
  if (!number.exact) return number.real == std::floor(number.real);
  __int128 digits = number.digits;
  for (int scale = number.scale; scale > 0; --scale, digits /= 10)
    if (digits % 10 != 0) return false;
  return true;
}

bool IsZero(const Number& number) { return number.exact ? number.digits == 0 : number.real == 0; }

std::optional<int64_t> ToInt(const Number& whole) {
  Number number = Truncate(whole);
  if (!number.exact || number.digits > std::numeric_limits<int64_t>::max() ||
      number.digits < std::numeric_limits<int64_t>::min())
    return std::nullopt;
  return static_cast<int64_t>(number.digits);
}

std::optional<int> OrderNumbers(const Number& a, const Number& b) {
  __int128 x, y;
  int scale;
  if (Align(a, b, &x, &y, &scale)) return x < y ? -1 : x > y ? 1 : 0;
  double p = ToReal(a), q = ToReal(b);
  if (std::isnan(p) || std::isnan(q)) return std::nullopt;
  return p < q ? -1 : p > q ? 1 : 0;
}

Number Add(const Number& a, const Number& b) {
  __int128 x, y, sum;
  int scale;
  if (Align(a, b, &x, &y, &scale) && !__builtin_add_overflow(x, y, &sum)) return Exact(Mix(a, b), sum, scale);
  return Inexact(Mix(a, b), ToReal(a) + ToReal(b));
}

Number Subtract(const Number& a, const Number& b) { return Add(a, Negate(b)); }

Number Multiply(const Number& a, const Number& b) {
  __int128 product;
  if (a.exact && b.exact && a.scale + b.scale <= kScaleMax && !__builtin_mul_overflow(a.digits, b.digits, &product))
    return Exact(Mix(a, b), product, a.scale + b.scale);
  return Inexact(Mix(a, b), ToReal(a) * ToReal(b));
}

Number Divide(const Number& a, const Number& b) {
  __int128 x, y;
  int scale;
  bool aligned = Align(a, b, &x, &y, &scale);
  bool integers = a.kind != Number::Kind::kReal && b.kind != Number::Kind::kReal && IsWhole(a) && IsWhole(b);
  if (aligned && integers) return Exact(Number::Kind::kInteger, FloorDivide(x, y), 0);
  Number::Kind kind = Mix(a, b);
  if (aligned && kind == Number::Kind::kDecimal && Shift(&x, kMoneyDigits) && x % y == 0)
    return Exact(kind, x / y, kMoneyDigits);
  return Inexact(kind, ToReal(a) / ToReal(b));
}

Number Modulo(const Number& a, const Number& b) {
  __int128 x, y, product;
  int scale;
  if (Align(a, b, &x, &y, &scale) && !__builtin_mul_overflow(FloorDivide(x, y), y, &product))
    return Exact(Mix(a, b), x - product, scale);
  double p = ToReal(a), q = ToReal(b);
  return Inexact(Mix(a, b), p - q * std::floor(p / q));
}

Number Negate(const Number& number) {
  Number negated = number;
  negated.digits = -negated.digits;
  negated.real = -negated.real;
  return negated;
}

Number Truncate(const Number& number) { return number.exact && number.digits < 0 ? Ceil(number) : Floor(number); }

Number Floor(const Number& number) {
  if (!number.exact) {
    constexpr double kIntegerMax = 1e37;
    if (!(std::fabs(number.real) < kIntegerMax)) return number;
    return Exact(Number::Kind::kInteger, static_cast<__int128>(std::floor(number.real)), 0);
  }
  __int128 power = 1;
  Shift(&power, number.scale);  // the scale is at most kScaleMax
  return Exact(Number::Kind::kInteger, FloorDivide(number.digits, power), 0);
}

Number Ceil(const Number& number) { return Negate(Floor(Negate(number))); }

Number Round(const Number& number, int places) {
  places = std::clamp(places, -kPlacesMax, kPlacesMax);
  if (!number.exact) {
    if (places > 0) return number;
    Number whole = Floor(Inexact(number.kind, std::round(number.real)));
    return whole.exact ? Round(whole, places) : whole;
  }
  Number::Kind kind = places <= 0 ? Number::Kind::kInteger : number.kind;
  int dropped = number.scale - places;
  if (dropped <= 0) return Exact(kind, number.digits, number.scale);
  __int128 power = 1;
  if (!Shift(&power, dropped)) return Exact(kind, 0, 0);
  __int128 quotient = number.digits / power, rest = number.digits % power;
  if ((rest < 0 ? -rest : rest) >= power - (rest < 0 ? -rest : rest)) quotient += number.digits < 0 ? -1 : 1;
  if (places >= 0) return Exact(kind, quotient, places);
  if (!Shift(&quotient, -places)) return Exact(kind, 0, 0);
  return Exact(kind, quotient, 0);
}

std::string FormatReal(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number < 0 ? "-Infinity" : "Infinity";
  // fmt's shortest digits, in the notation that Ruby chooses: plain from 0.0001 up to below 1e16.
  double magnitude = std::fabs(number);
  bool plain = magnitude == 0 || (magnitude >= 1e-4 && magnitude < 1e16);
  char text[64];
  auto end = std::to_chars(text, text + sizeof(text), number,
                           plain ? std::chars_format::fixed : std::chars_format::scientific);
  std::string out(text, end.ptr);
  size_t exponent = out.find('e');
  if (out.find('.') == out.npos) out.insert(std::min(exponent, out.size()), ".0");
  return out;
}

}  // namespace cartwheel::liquid
