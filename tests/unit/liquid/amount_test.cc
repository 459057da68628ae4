// money and percent_off of amounts as people write them, and arithmetic that takes no half number.
#include <string>
#include <vector>

#include "base/amount_text.h"
#include "base/currency.h"
#include "fmt/format.h"
#include "liquid/currency.h"
#include "tests/catch.h"
#include "tests/unit/liquid/json_values.h"

namespace cartwheel::liquid {
namespace {

std::string Strict(std::string_view source, std::string_view json = "{}") {
  return Rendered(source, json, {.strict_numbers = true});
}
std::string Lax(std::string_view source, std::string_view json = "{}") {
  return Rendered(source, json, {.missing = Missing::kEmpty});
}

TEST_CASE("liquid: money reads texts, and prints nothing of what is none") {
  struct {
    const char *source, *strict, *lax;
  } rows[] = {
      {"{{ '12,900' | money }}", "12,900원", "12,900원"},
      {"{{ '12900원' | money }}", "12,900원", "12,900원"},
      {"{{ '₩12,900' | money }}", "12,900원", "12,900원"},
      {"{{ '12.900,00' | money }}", "12,900원", "12,900원"},
      {"{{ '$12.90' | money: 'USD' }}", "$12.90", "$12.90"},
      {"{{ '12,90' | money: 'EUR' }}", "€12.90", "€12.90"},
      {"{{ '１２，９００' | money }}", "12,900원", "12,900원"},
      {"{{ '1.234' | money: 'KWD' }}", "1.234 KWD", "1.234 KWD"},
      {"{{ 12.9 | money: 'KWD' }}", "12.900 KWD", "12.900 KWD"},
      {"{{ '$12.90' | money }}", "error: 1:15: money: \"$12.90\" is no amount of KRW", ""},
      {"{{ '3만원' | money }}", "error: 1:12: money: \"3만원\" is no amount of KRW", ""},
      {"{{ 'two' | money }}", "error: 1:12: money: \"two\" is no amount of KRW", ""},
      {"{{ '' | money }}", "error: 1:9: money: \"\" is no amount of KRW", ""},
      {"{{ nil | money }}", "error: 1:10: money: expected an amount, found a null", ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.source);
    CHECK(Strict(row.source) == row.strict);
    CHECK(Lax(row.source) == row.lax);
  }
  CHECK(Rendered("{{ '12,900' | money }}", "{}", {.locale = "de", .currency = "EUR"}) ==
        "error: 1:15: money: \"12,900\" may be two amounts: whether its comma or point groups thousands is not known");
}

TEST_CASE("liquid: percent_off never says more than is so") {
  struct {
    const char *source, *text;
  } rows[] = {
      {"{{ 9000 | percent_off: 12000 }}", "25"},   {"{{ '9,000' | percent_off: '12,000원' }}", "25"},
      {"{{ 12.90 | percent_off: '$25.80' }}", ""}, {"{{ 11999 | percent_off: 12000 }}", "0"},
      {"{{ 12000 | percent_off: 12000 }}", "0"},   {"{{ 13000 | percent_off: 12000 }}", "0"},
      {"{{ 1 | percent_off: 12000 }}", "99"},      {"{{ 0.0001 | percent_off: 900000000000000 }}", "99"},
      {"{{ nil | percent_off: 100 }}", ""},        {"{{ -5 | percent_off: 10 }}", ""},
      {"{{ 0 | percent_off: 100 }}", ""},          {"{{ 'x' | percent_off: 100 }}", ""},
      {"{{ '' | percent_off: 100 }}", ""},         {"{{ nobody.price | percent_off: 100 }}", ""},
      {"{{ 5 | percent_off: nil }}", ""},          {"{{ 5 | percent_off: 'x' }}", ""},
      {"{{ '12,9' | percent_off: 100 }}", ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.source);
    CHECK(Lax(row.source) == row.text);
    if (*row.text == '\0')
      CHECK(Strict(row.source).starts_with("error: "));
    else
      CHECK(Strict(row.source) == row.text);
  }
  for (int64_t old = 1; old < 400; ++old)
    for (int64_t now = 1; now <= old; ++now) {
      const std::string text = Lax(fmt::format("{{{{ {} | percent_off: {} }}}}", now, old));
      if (text != fmt::format("{}", (old - now) * 100 / old)) FAIL(now << " of " << old << ": " << text);
      now += old / 40;
    }
}

// For every currency, locale and a spread of amounts. In a locale with a decimal comma a text with one separator may be
// ambiguous, but never another amount.
TEST_CASE("what money prints is read back as the same amount") {
  const char* currencies[] = {"KRW", "USD", "EUR", "JPY", "KWD", "CLP", "INR", "CNY", "CHF", "IDR", "TWD", "VND",
                              "GBP", "AUD", "BRL", "CAD", "CZK", "DKK", "HKD", "MXN", "MYR", "NOK", "NZD", "PHP",
                              "PLN", "SEK", "SGD", "THB", "TRY", "ZAR", "BHD", "HUF", "AED", "XOF"};
  for (const char* currency : currencies)
    for (const char* locale : {"", "ko-KR", "en-US", "ja", "de", "fr-FR", "es", "es-MX", "zh-TW", "id", "hi"})
      for (Money amount : {Money{0}, Money{10000}, Money{9990000}, Money{12900000}, Money{129000000},
                           Money{12345670000}, Money{129000}, Money{1250000}, Money{12345678900}, Money{-129000000}}) {
        const std::string printed = FormatAmount(ToNumber(Value::Decimal(amount)), currency, locale);
        const int places = *CurrencyDecimals(currency);
        CAPTURE(printed, currency, locale);
        Money read = -1;
        const AmountText outcome = ReadAmountText(printed, {currency, locale}, &read);
        if (DecimalMarkOf(locale) == DecimalMark::kPoint) CHECK(outcome == AmountText::kRead);
        if (outcome != AmountText::kRead) {
          CHECK(outcome == AmountText::kAmbiguous);
          continue;
        }
        Money unit = kMoneyScale;
        const bool whole_only =
            places == 0 || std::string_view(currency) == "IDR" || std::string_view(currency) == "TWD";
        for (int i = 0; !whole_only && i < places; ++i) unit /= 10;
        const Money rest = amount % unit, expected = amount - rest + (2 * rest >= unit ? unit : 0);
        CHECK(read == expected);
      }
}

TEST_CASE("liquid: arithmetic with half a number is an error where that is asked for, and the reference's else") {
  for (const char* source :
       {"{{ '12,900' | plus: 1 }}", "{{ 1 | plus: '12,900' }}", "{{ '12abc' | times: 2 }}", "{{ '12 900' | minus: 1 }}",
        "{{ '1.2.3' | round }}", "{{ '12.' | abs }}", "{{ '-5%' | at_least: 0 }}", "{{ '1e3' | plus: 0 }}",
        "{{ '.5' | plus: 0 }}", "{{ '12,900' | divided_by: 3 }}", "{{ x | sum }}"}) {
    CAPTURE(source);
    CHECK(Strict(source, R"({"x": ["1", "2,5"]})").find("begins like a number and is none") != std::string::npos);
    CHECK(Lax(source, R"({"x": ["1", "2,5"]})").find("error") == std::string::npos);
  }
  CHECK(Lax("{{ '12,900' | plus: 1 }}") == "13");
  CHECK(
      Strict(
          "{{ '12900' | plus: 1 }} {{ ' 3.5 ' | times: 2 }} {{ '-7' | abs }} {{ 'x' | plus: 1 }} {{ '' | plus: 1 }}") ==
      "12901 7.0 7 1 1");
}

TEST_CASE(
    "liquid: an amount is in the currency that stands beside it, else in that of its root, else in the options'") {
  const char* json =
      R"({"cart": {"currency": "USD", "value": 12.9, "items": [{"name": "a", "price": 5, "currency": "EUR"}, {"name": "b", "price": 7}]}, "vip": {"currency": "EUR", "revenue": 1000}})";
  const std::string_view roots[] = {"", "KRW"};
  auto rendered = [&](std::string_view source, std::string_view currency) {
    return Rendered(source, json, {.locale = "ko", .currency = currency, .root_currencies = roots});
  };
  CHECK(rendered("{{ cart.value | money }} {{ cart.items[0].price | money }} {{ cart.items[1].price | money }}",
                 "GBP") == "$12.90 €5.00 £7.00");
  CHECK(rendered("{% for item in cart.items %}{{ item.price | times: 2 | money }} {% endfor %}", "USD") ==
        "€10.00 $14.00 ");
  CHECK(rendered("{{ vip.revenue | money }} {{ vip['revenue'] | money: 'USD' }}", "USD") == "1,000원 $1,000.00");
  CHECK(rendered("{% assign p = cart.items[0].price %}{{ p | money }} {{ 3 | money }}", "USD") == "$5.00 $3.00");
  CHECK(rendered("{{ 3 | money }}", "").find("the currency is not known") != std::string::npos);
  CHECK(rendered("{{ cart.items[1].price | money: 'usd' }}", "").starts_with("error"));
}

}  // namespace
}  // namespace cartwheel::liquid
