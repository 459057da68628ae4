#include "liquid/currency.h"

#include <algorithm>
#include <iterator>

#include "base/currency.h"
#include "fmt/format.h"
#include "liquid/text.h"

namespace cartwheel::liquid {
namespace {

struct Currency {
  std::string_view code;
  std::string_view symbol;
  int digits;
};
constexpr Currency kCurrencies[] = {
    {"AUD", "A$", 2},   {"BRL", "R$", 2},   {"CAD", "CA$", 2}, {"CHF", "CHF ", 2}, {"CNY", "CN¥", 2},
    {"CZK", "CZK ", 2}, {"DKK", "DKK ", 2}, {"EUR", "€", 2},   {"GBP", "£", 2},    {"HKD", "HK$", 2},
    {"IDR", "Rp", 0},   {"INR", "₹", 2},    {"JPY", "¥", 0},   {"KRW", "₩", 0},    {"MXN", "MX$", 2},
    {"MYR", "RM", 2},   {"NOK", "NOK ", 2}, {"NZD", "NZ$", 2}, {"PHP", "₱", 2},    {"PLN", "PLN ", 2},
    {"SEK", "SEK ", 2}, {"SGD", "S$", 2},   {"THB", "฿", 2},   {"TRY", "₺", 2},    {"TWD", "NT$", 0},
    {"USD", "$", 2},    {"VND", "₫", 0},    {"ZAR", "R", 2},
};

const Currency* Find(std::string_view code) {
  auto found =
      std::find_if(std::begin(kCurrencies), std::end(kCurrencies), [&](const Currency& c) { return c.code == code; });
  return found == std::end(kCurrencies) ? nullptr : found;
}

// The digits of an exact, rounded number, grouped by three: "1,290.50".
std::string Group(__int128 digits, int scale) {
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
  std::string number = Group(negative ? -rounded.digits : rounded.digits, places);
  std::string_view sign = negative ? "-" : "";
  if (currency == nullptr) return fmt::format("{}{} {}", sign, number, code);
  if (code == "KRW" && (locale == "ko" || locale.starts_with("ko-"))) return fmt::format("{}{}원", sign, number);
  return fmt::format("{}{}{}", sign, currency->symbol, number);
}

}  // namespace cartwheel::liquid
