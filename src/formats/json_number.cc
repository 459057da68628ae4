#include "formats/json_number.h"

#include <charconv>

#include "base/money.h"
#include "formats/records.h"

namespace cartwheel::formats {
namespace {

constexpr size_t kPlainDigitsMax = 18;  // always fit into 64 bits

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?
bool IsJsonNumber(std::string_view text) {
  size_t i = 0;
  auto digits = [&] {
    const size_t start = i;
    while (i < text.size() && IsDigit(text[i])) ++i;
    return i - start;
  };
  if (i < text.size() && text[i] == '-') ++i;
  const bool zero = i < text.size() && text[i] == '0';
  const size_t whole = digits();
  if (whole == 0 || (zero && whole > 1)) return false;
  if (i < text.size() && text[i] == '.') {
    ++i;
    if (digits() == 0) return false;
  }
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
    if (digits() == 0) return false;
  }
  return i == text.size();
}

// Nearly all numbers of events: digits alone, that do not begin with a zero.
bool ReadPlainInteger(std::string_view token, int64_t* integer) {
  if (token.size() > kPlainDigitsMax || token.empty() || (token[0] == '0' && token.size() > 1)) return false;
  int64_t sum = 0;
  for (char c : token) {
    if (!IsDigit(c)) return false;
    sum = sum * 10 + (c - '0');
  }
  *integer = sum;
  return true;
}

}  // namespace

bool ReadJsonNumber(std::string_view token, Value* number) {
  int64_t integer;
  if (ReadPlainInteger(token, &integer)) {
    *number = Value::Int(integer);
    return true;
  }
  if (!IsJsonNumber(token)) return false;
  auto reads = [&](auto* read) {
    const char* end = token.data() + token.size();
    auto [stop, error] = std::from_chars(token.data(), end, *read);
    return error == std::errc() && stop == end;
  };
  uint64_t positive;
  double real;
  bool exact = false;
  if (reads(&integer)) {
    *number = Value::Int(integer);
  } else if (reads(&positive)) {
    *number = Value::Uint(positive);
  } else if (std::optional<Money> money = ParseMoney(token, &exact); money && exact) {
    *number = Value::Decimal(*money);
  } else if (reads(&real)) {
    *number = Value::Double(real);
  } else {
    return false;
  }
  return true;
}

std::optional<Value> NumberFromText(std::string_view text) {
  text = TrimSpace(text);
  const char* end = text.data() + text.size();
  if (text.find_first_not_of("0123456789.-eE+") != std::string_view::npos) return std::nullopt;  // "inf", "nan", "0x"
  int64_t integer;
  if (auto [stop, error] = std::from_chars(text.data(), end, integer); error == std::errc() && stop == end)
    return Value::Int(integer);
  bool exact = false;
  if (std::optional<Money> money = ParseMoney(text, &exact); money && exact) return Value::Decimal(*money);
  double real;
  if (auto [stop, error] = std::from_chars(text.data(), end, real); error == std::errc() && stop == end)
    return Value::Double(real);
  return std::nullopt;
}

}  // namespace cartwheel::formats
