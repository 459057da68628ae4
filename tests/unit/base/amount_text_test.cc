// The rows are how shops and people write amounts, with the amount that a reader of that language and currency takes
// from them.
#include "base/amount_text.h"

#include <optional>
#include <string>

#include "base/currency.h"
#include "tests/catch.h"

using namespace cartwheel;

namespace {

enum class Outcome { kRead, kAmbiguous, kNone };

struct Row {
  const char* text;
  const char* currency;
  const char* locale;
  Outcome outcome;
  Money amount = 0;  // in 1/10,000
};

constexpr Outcome kRead = Outcome::kRead, kAmbiguous = Outcome::kAmbiguous, kNone = Outcome::kNone;

constexpr Row kRows[] = {
    // What machines write.
    {"12900", "KRW", "ko-KR", kRead, 129000000},
    {"12900", "", "", kRead, 129000000},
    {"12.5", "", "", kRead, 125000},
    {"12.90", "USD", "en-US", kRead, 129000},
    {"12.90", "KRW", "ko-KR", kRead, 129000},
    {"-3.5", "EUR", "de-DE", kRead, -35000},
    {"1e3", "", "", kRead, 10000000},
    {"1.234e3", "EUR", "de", kRead, 12340000},
    {"-2.5E+2", "", "", kRead, -2500000},
    {"183.60000000000002", "USD", "en", kRead, 1836000},
    {"0.00005", "USD", "en", kRead, 0},
    {"12900.000", "KRW", "ko", kRead, 129000000},
    {".5", "USD", "en", kRead, 5000},
    {"0.500", "USD", "en", kRead, 5000},
    {"0", "KRW", "ko", kRead, 0},
    {"+12.90", "USD", "en", kRead, 129000},
    // One comma.
    {"12,900", "KRW", "ko-KR", kRead, 129000000},
    {"12,900", "USD", "en-US", kRead, 129000000},
    {"12,900", "USD", "", kRead, 129000000},
    {"12,900", "", "ko", kRead, 129000000},
    {"12,900", "", "", kAmbiguous},
    {"12,900", "EUR", "de", kAmbiguous},
    {"12,900", "KRW", "de", kRead, 129000000},
    {"12,900", "JPY", "", kRead, 129000000},
    {"12,900", "", "fr-FR", kRead, 129000},
    {"12,900", "KWD", "", kAmbiguous},
    {"12,900", "KWD", "en", kRead, 129000000},
    {"12,900", "KWD", "de", kRead, 129000},
    {"12,90", "EUR", "de", kRead, 129000},
    {"12,90", "USD", "en", kRead, 129000},
    {"12,90", "USD", "", kRead, 129000},
    {"12,90", "", "", kRead, 129000},
    {"12,9", "EUR", "fr", kRead, 129000},
    {"12,90", "KRW", "ko", kNone},
    {"0,500", "USD", "en", kNone},
    {"0,500", "EUR", "it", kRead, 5000},
    {"1234,500", "USD", "en", kNone},
    {"12,900000000001", "EUR", "de", kRead, 129000},
    // One point before three digits.
    {"1.234", "KRW", "ko", kRead, 12340000},
    {"1.234", "VND", "vi", kRead, 12340000},
    {"1.234", "CLP", "es-CL", kRead, 12340000},
    {"1.234", "EUR", "de", kRead, 12340000},
    {"1.234", "", "es", kRead, 12340000},
    {"1.234", "USD", "en", kRead, 12340},
    {"1.234", "MXN", "es-MX", kRead, 12340},
    {"1.234", "USD", "", kAmbiguous},
    {"1.234", "", "", kAmbiguous},
    {"1.234", "KWD", "en", kRead, 12340},
    {"1.234", "KWD", "", kAmbiguous},
    {"1.234", "KWD", "de", kAmbiguous},
    {"1234.567", "EUR", "de", kRead, 12345670},
    // Groups.
    {"1,234,567", "", "", kRead, 12345670000},
    {"1.234.567", "", "", kRead, 12345670000},
    {"1.234.567", "EUR", "en", kRead, 12345670000},
    {"1'234'567", "CHF", "de-CH", kRead, 12345670000},
    {"12 900", "", "", kRead, 129000000},
    {"12\u00A0900", "EUR", "fr", kRead, 129000000},
    {"12\u202F900,50", "EUR", "fr", kRead, 129005000},
    {"12\u2009900.50", "SEK", "sv", kRead, 129005000},
    {"12,34,567", "INR", "en-IN", kRead, 12345670000},
    {"1,00,000.50", "INR", "hi-IN", kRead, 1000005000},
    {"1,2,3", "", "", kNone},
    {"12,3456", "USD", "en", kNone},
    {"1234,567,890", "", "", kNone},
    {"0,123,456", "", "", kNone},
    {"12,,900", "", "", kNone},
    {"12 90", "", "", kNone},
    {"12'90", "CHF", "de-CH", kNone},
    {"1,234,56", "USD", "en", kNone},
    {"1.23.456", "INR", "en-IN", kNone},
    // Two kinds of separator.
    {"12.900,00", "", "", kRead, 129000000},
    {"12.900,00", "KRW", "ko-KR", kRead, 129000000},
    {"12,900.00", "EUR", "de", kRead, 129000000},
    {"1.234.567,89", "EUR", "de", kRead, 12345678900},
    {"1'234.50", "CHF", "de-CH", kRead, 12345000},
    {"1’234.50", "CHF", "de-CH", kRead, 12345000},
    {"1,234.567.890", "", "", kNone},
    {"1.23,456.7", "", "", kNone},
    {"12,90.00", "", "", kNone},
    {"1,234 567", "", "", kNone},
    // Currencies.
    {"₩12,900", "KRW", "ko-KR", kRead, 129000000},
    {"￦12,900", "KRW", "ko-KR", kRead, 129000000},
    {"12900원", "KRW", "ko-KR", kRead, 129000000},
    {"12,900 원", "", "", kRead, 129000000},
    {"₩1.234", "", "", kRead, 12340000},
    {"KRW 12,900", "KRW", "ko-KR", kRead, 129000000},
    {"12900krw", "krw", "ko-KR", kRead, 129000000},
    {"$12.90", "USD", "en-US", kRead, 129000},
    {"US$ 12.90", "USD", "ko-KR", kRead, 129000},
    {"$12.90", "CAD", "en-CA", kRead, 129000},
    {"$12,900", "", "", kRead, 129000000},
    {"12,90 €", "EUR", "de", kRead, 129000},
    {"€12.900", "EUR", "es", kRead, 129000000},
    {"Rs.12", "INR", "en-IN", kRead, 120000},
    {"Rs. 1,00,000", "INR", "en-IN", kRead, 1000000000},
    {"129 kr.", "DKK", "da", kRead, 1290000},
    {"¥1,290", "JPY", "ja", kRead, 12900000},
    {"￥１，２９０", "JPY", "ja", kRead, 12900000},
    {"１２，９００円", "JPY", "ja", kRead, 129000000},
    {"CHF 12.-", "CHF", "de-CH", kRead, 120000},
    {"12,- €", "EUR", "de", kRead, 120000},
    {"12,–", "EUR", "de", kRead, 120000},
    {"١٢٬٩٠٠", "KRW", "ar", kRead, 129000000},
    {"-$12.90", "USD", "en", kRead, -129000},
    {"$-12.90", "USD", "en", kRead, -129000},
    {"−12,900원", "KRW", "ko", kRead, -129000000},
    {"($12.90)", "USD", "en", kRead, -129000},
    {"$(12.90)", "USD", "en", kRead, -129000},
    {" 12,900 ", "KRW", "ko", kRead, 129000000},
    // Of another currency, of an unknown word, or no amount at all.
    {"$12.90", "KRW", "ko-KR", kNone},
    {"12900원", "USD", "en", kNone},
    {"EUR 12", "USD", "en", kNone},
    {"€12 $12", "", "", kNone},
    {"$ 12 €", "", "", kNone},
    {"3만원", "KRW", "ko", kNone},
    {"1만 2천원", "KRW", "ko", kNone},
    {"12k", "USD", "en", kNone},
    {"10%", "USD", "en", kNone},
    {"5 EUR/kg", "EUR", "de", kNone},
    {"iPhone 15", "USD", "en", kNone},
    {"12,900 - 15,000", "KRW", "ko", kNone},
    {"3 for 2", "USD", "en", kNone},
    {"two", "", "", kNone},
    {"", "", "", kNone},
    {"-", "", "", kNone},
    {"원", "KRW", "ko", kNone},
    {"12.", "", "", kNone},
    {"12,900.", "", "", kNone},
    {"--5", "", "", kNone},
    {"(-5)", "", "", kNone},
    {"(5", "", "", kNone},
    {"5)", "", "", kNone},
    {"1e", "", "", kNone},
    {"0x10", "", "", kNone},
    {"NaN", "", "", kNone},
    {"\xff"
     "12",
     "", "", kNone},
    {"99999999999999999999", "", "", kNone},
};

}  // namespace

TEST_CASE("amounts as people write them") {
  for (const Row& row : kRows) {
    CAPTURE(row.text, row.currency, row.locale);
    Money amount = -1;
    const AmountText read = ReadAmountText(row.text, {row.currency, row.locale}, &amount);
    CHECK(read == (row.outcome == kRead        ? AmountText::kRead
                   : row.outcome == kAmbiguous ? AmountText::kAmbiguous
                                               : AmountText::kNotAnAmount));
    CHECK(amount == (row.outcome == kRead ? row.amount : -1));
  }
}

TEST_CASE("decimals of currencies are those of ISO 4217") {
  struct {
    const char* code;
    int decimals;
  } rows[] = {{"KRW", 0}, {"JPY", 0}, {"VND", 0}, {"CLP", 0}, {"ISK", 0}, {"XOF", 0}, {"PYG", 0},
              {"USD", 2}, {"EUR", 2}, {"TWD", 2}, {"IDR", 2}, {"HUF", 2}, {"INR", 2}, {"KWD", 3},
              {"BHD", 3}, {"JOD", 3}, {"OMR", 3}, {"TND", 3}, {"IQD", 3}, {"LYD", 3}, {"CLF", 4}};
  for (const auto& row : rows) {
    CAPTURE(row.code);
    CHECK(CurrencyDecimals(row.code) == row.decimals);
  }
  for (const char* code : {"", "XYZ", "krw", "KR", "RW ", "W P"}) CHECK_FALSE(CurrencyDecimals(code).has_value());
}

// Whatever is read, a plain number is read as itself under every style, and grouping in either way changes nothing but
// to what is ambiguous.
TEST_CASE("grouping an amount never changes it") {
  const char* currencies[] = {"", "KRW", "USD", "EUR", "KWD", "JPY", "INR"};
  const char* locales[] = {"", "ko-KR", "en-US", "de-DE", "fr", "es-MX", "ja"};
  for (long long whole : {1LL, 12LL, 123LL, 1234LL, 12345LL, 123456LL, 1234567LL, 1234567890LL})
    for (const char* currency : currencies)
      for (const char* locale : locales)
        for (char mark : {',', '.', ' ', '\''}) {
          std::string text = std::to_string(whole);
          for (int at = static_cast<int>(text.size()) - 3; at > 0; at -= 3)
            text.insert(static_cast<size_t>(at), 1, mark);
          CAPTURE(text, currency, locale);
          for (const char* tail : {"", "50"}) {
            const std::string full = *tail == '\0' ? text : text + (mark == ',' ? "." : ",") + tail;
            const bool no_group = whole < 1000, lone = whole < 1000000 && *tail == '\0' && (mark == ',' || mark == '.');
            Money amount = 0;
            const AmountText read = ReadAmountText(full, {currency, locale}, &amount);
            if (no_group && *tail != '\0') continue;  // one separator: the table has it
            if (lone && !no_group && read == AmountText::kAmbiguous) continue;
            REQUIRE(read == AmountText::kRead);
            const Money expected = whole * kMoneyScale + (*tail == '\0' ? 0 : kMoneyScale / 2);
            if (lone && !no_group)
              CHECK((amount == expected || amount * 1000 == expected));  // the locale's decimal mark
            else
              CHECK(amount == expected);
          }
        }
}
