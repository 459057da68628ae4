// Currencies as ISO 4217 lists them, the words and symbols that people write for them, and how languages write numbers.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace cartwheel {

// Digits after the decimal mark: KRW 0, USD 2, KWD 3. Empty: no code of the list. The code is in capitals.
std::optional<int> CurrencyDecimals(std::string_view code);

// The codes that a word or a symbol may mean, with spaces between: "$" is "USD CAD AUD …", "원" is "KRW", a code is
// itself. ASCII letters of the word are in lower case. Empty: unknown.
std::string_view CurrenciesOfWord(std::string_view word);
// Whether `code` stands in such a list.
bool IsListed(std::string_view codes, std::string_view code);

// The decimal mark that a locale ("ko-KR", "de", "es_MX") writes, after CLDR.
enum class DecimalMark : uint8_t { kUnknown, kPoint, kComma };
DecimalMark DecimalMarkOf(std::string_view locale);

}  // namespace cartwheel
