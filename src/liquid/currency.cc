#include "liquid/currency.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <limits>

#include "base/currency.h"
#include "fmt/format.h"
#include "liquid/text.h"

namespace cartwheel::liquid {
namespace {

struct Currency {
  std::string_view code;
  std::string_view symbol = {};
  int digits = 0;
};
// In the order of their codes.
constexpr Currency kCurrencies[] = {
    {"AUD", "A$", 2},   {"BRL", "R$", 2},   {"CAD", "CA$", 2}, {"CHF", "CHF ", 2}, {"CNY", "CN¥", 2},
    {"CZK", "CZK ", 2}, {"DKK", "DKK ", 2}, {"EUR", "€", 2},   {"GBP", "£", 2},    {"HKD", "HK$", 2},
    {"IDR", "Rp", 0},   {"INR", "₹", 2},    {"JPY", "¥", 0},   {"KRW", "₩", 0},    {"MXN", "MX$", 2},
    {"MYR", "RM", 2},   {"NOK", "NOK ", 2}, {"NZD", "NZ$", 2}, {"PHP", "₱", 2},    {"PLN", "PLN ", 2},
    {"SEK", "SEK ", 2}, {"SGD", "S$", 2},   {"THB", "฿", 2},   {"TRY", "₺", 2},    {"TWD", "NT$", 0},
    {"USD", "$", 2},    {"VND", "₫", 0},    {"ZAR", "R", 2},
};

constexpr auto kByCode = [](const Currency& a, const Currency& b) { return a.code < b.code; };
static_assert(std::is_sorted(std::begin(kCurrencies), std::end(kCurrencies), kByCode));

const Currency* Find(std::string_view code) {
  const auto* found = std::lower_bound(std::begin(kCurrencies), std::end(kCurrencies), Currency{.code = code}, kByCode);
  return found == std::end(kCurrencies) || found->code != code ? nullptr : found;
}

// The digits of an exact, rounded number, grouped by three: "1,290.50".
template <typename Integer>
std::string Group(Integer digits, int scale) {
  std::string reversed;
  for (int place = 0; digits != 0 || place <= scale; ++place, digits /= 10) {
    if (place > scale && (place - scale) % 3 == 0) reversed += ',';
    reversed += static_cast<char>('0' + static_cast<int>(digits % 10));
    if (place + 1 == scale) reversed += '.';
  }
  return {reversed.rbegin(), reversed.rend()};
}

}  // namespace

bool IsCurrency(std::string_view code) { return Find(code) != nullptr || CurrencyDecimals(code).has_value(); }

std::string FormatAmount(const Number& amount, std::string_view written, std::string_view locale) {
  std::string code(written);
  for (char& c : code) c = UpperAscii(c);
  const Currency* currency = Find(code);
  const int places = currency == nullptr ? CurrencyDecimals(code).value_or(2) : currency->digits;
  Number rounded = Round(amount, places);
  if (!rounded.exact) return fmt::format("{} {}", FormatReal(rounded.real), code);
  for (; rounded.scale < places; ++rounded.scale) rounded.digits *= 10;
  for (; rounded.scale > places; --rounded.scale) rounded.digits /= 10;
  bool negative = rounded.digits < 0;
  const __int128 digits = negative ? -rounded.digits : rounded.digits;
  const bool is_small = digits <= std::numeric_limits<int64_t>::max();  // as nearly all are: 128 bits divide slowly
  const std::string number = is_small ? Group(static_cast<int64_t>(digits), places) : Group(digits, places);
  std::string text = negative ? "-" : "";
  if (currency == nullptr) return text + number + " " + code;
  if (code == "KRW" && (locale == "ko" || locale.starts_with("ko-"))) return text + number + "원";
  return text.append(currency->symbol) + number;
}

}  // namespace cartwheel::liquid
