// Arithmetic of the filters, decimal as in the reference: 10.1 minus 2.2 is 7.9. A number is an exact decimal as long
// as 38 digits suffice, else the nearest double. Kinds: integers stay integers; a decimal (money) makes the result a
// decimal where four digits hold it; anything else with a point is a float and prints one ("8.0").
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/value.h"

namespace cartwheel::liquid {

struct Number {
  enum class Kind : uint8_t { kInteger, kDecimal, kReal };
  Kind kind = Kind::kInteger;
  bool exact = true;
  int scale = 0;        // digits after the point
  __int128 digits = 0;  // when exact
  double real = 0;      // when not exact
};

// Texts: "12" is an integer, "1.5" a float, "12abc" is 12, other texts are 0. Whatever is no number is 0.
Number ToNumber(const Value& value);
// An integer out of range becomes a float.
Value FromNumber(const Number& number);

bool IsWhole(const Number& number);
bool IsZero(const Number& number);
std::optional<int64_t> ToInt(const Number& whole);
std::optional<int> OrderNumbers(const Number& a, const Number& b);  // empty with a NaN

[[nodiscard]] Number Add(const Number& a, const Number& b);
[[nodiscard]] Number Subtract(const Number& a, const Number& b);
[[nodiscard]] Number Multiply(const Number& a, const Number& b);
// The divisor is not zero. Two whole ones divide as integers, rounding down, as the reference's integers do.
[[nodiscard]] Number Divide(const Number& a, const Number& b);
[[nodiscard]] Number Modulo(const Number& a, const Number& b);  // has the sign of b
[[nodiscard]] Number Negate(const Number& number);

[[nodiscard]] Number Truncate(const Number& number);
[[nodiscard]] Number Floor(const Number& number);
[[nodiscard]] Number Ceil(const Number& number);
// Half away from zero; negative places round to tens, hundreds, …
[[nodiscard]] Number Round(const Number& number, int places);

// As Ruby prints a float: "5.0", "0.1", "1.0e+20".
std::string FormatReal(double number);

}  // namespace cartwheel::liquid
