#include "base/money.h"

#include <charconv>
#include <cmath>
#include <limits>

#include "fmt/format.h"

namespace cartwheel {
namespace {

constexpr int kHalf = 5;
constexpr int kExponentMax = 30;  // beyond it a price is out of range or zero anyway

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

Money Saturate(__int128 wide) {
  if (wide > std::numeric_limits<Money>::max()) return std::numeric_limits<Money>::max();
  if (wide < std::numeric_limits<Money>::min()) return std::numeric_limits<Money>::min();
  return static_cast<Money>(wide);
}

}  // namespace

std::optional<Money> ParseMoney(std::string_view text) {
  bool exact;
  return ParseMoney(text, &exact);
}

std::optional<Money> ParseMoney(std::string_view text, bool* exact) {
  size_t i = 0;
  bool negative = i < text.size() && text[i] == '-';
  if (negative) ++i;
  __int128 digits = 0;
  int fraction = 0;  // digits of `digits` after the point
  bool lost = false, any = false, point = false;
  for (; i < text.size() && (IsDigit(text[i]) || (text[i] == '.' && !point)); ++i) {
    if (text[i] == '.') {
      point = true;
      continue;
    }
    any = true;
    if (digits > __int128{1} << 100) {  // more than 30 digits: keep the magnitude, drop the rest
      if (!point) return std::nullopt;
      lost |= text[i] != '0';
      continue;
    }
    digits = digits * 10 + (text[i] - '0');
    if (point) ++fraction;
  }
  if (!any) return std::nullopt;
  int exponent = 0;
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    bool minus = i < text.size() && text[i] == '-';
    if (i < text.size() && (text[i] == '-' || text[i] == '+')) ++i;
    if (i == text.size()) return std::nullopt;
    for (; i < text.size() && IsDigit(text[i]); ++i)
      if (exponent <= kExponentMax * 100) exponent = exponent * 10 + (text[i] - '0');
    if (minus) exponent = -exponent;
  }
  if (i != text.size()) return std::nullopt;
  int shift = kMoneyDigits + exponent - fraction;
  for (; shift > 0 && digits != 0; --shift) {
    if (digits > std::numeric_limits<Money>::max()) return std::nullopt;
    digits *= 10;
  }
  for (; shift < 0 && digits != 0; ++shift) {
    const int digit = static_cast<int>(digits % 10);
    digits /= 10;
    const bool is_last = shift == -1, above_half = digit > kHalf || (digit == kHalf && lost);
    lost |= digit != 0;
    if (is_last && (above_half || (digit == kHalf && digits % 2 != 0))) ++digits;
  }
  if (digits > std::numeric_limits<Money>::max()) return std::nullopt;
  *exact = !lost;
  return static_cast<Money>(negative ? -digits : digits);
}

std::optional<Money> MoneyFromDouble(double number) {
  constexpr double kExactMax = 9e15;  // below 2^53
  const double scaled = number * static_cast<double>(kMoneyScale);
  if (std::fabs(scaled) < kExactMax && scaled == std::nearbyint(scaled)) return static_cast<Money>(scaled);
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, number);
  return ParseMoney({text, static_cast<size_t>(end.ptr - text)});  // "inf" and "nan" are no money there
}

double MoneyToDouble(Money money) { return static_cast<double>(money) / static_cast<double>(kMoneyScale); }

std::string FormatMoney(Money money) {
  uint64_t magnitude = money < 0 ? 0 - static_cast<uint64_t>(money) : static_cast<uint64_t>(money);
  std::string text = fmt::format("{}{}", money < 0 ? "-" : "", magnitude / kMoneyScale);
  if (uint64_t rest = magnitude % kMoneyScale; rest != 0) {
    text += fmt::format(".{:04}", rest);
    while (text.back() == '0') text.pop_back();
  }
  return text;
}

Money AddMoney(Money a, Money b) { return Saturate(static_cast<__int128>(a) + b); }

Money MultiplyMoney(Money price, int64_t quantity) { return Saturate(static_cast<__int128>(price) * quantity); }

}  // namespace cartwheel
