#include "base/currency.h"

#include <string>

namespace cartwheel {
namespace {

// ISO 4217 by the number of minor digits; a list is searched by its position.
constexpr std::string_view kNoDecimals = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";
constexpr std::string_view kThreeDecimals = "BHD IQD JOD KWD LYD OMR TND";
constexpr std::string_view kFourDecimals = "CLF UYW";
constexpr std::string_view kTwoDecimals =
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF "
    "CHW CNY COP COU CRC CUP CVE CZK "
    "DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR "
    "KPW KYD KZT LAK LBP LKR LRD LSL "
    "MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR "
    "RON RSD RUB SAR SBD SCR SDG SEK "
    "SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG "
    "YER ZAR ZMW ZWG";

struct Decimals {
  std::string_view codes;
  int digits;
};
constexpr Decimals kDecimals[] = {{kTwoDecimals, 2}, {kNoDecimals, 0}, {kThreeDecimals, 3}, {kFourDecimals, 4}};

struct Word {
  std::string_view text, codes;
};
constexpr Word kWords[] = {
    {"₩", "KRW"},
    {"원", "KRW"},
    {"won", "KRW"},
    {"원정", "KRW"},
    {"$",
     "USD CAD AUD NZD HKD SGD TWD MXN ARS CLP COP BND BBD BMD BSD BZD FJD GYD JMD KYD LRD NAD SBD SRD TTD UYU XCD CUP "
     "DOP NIO"},
    {"us$", "USD"},
    {"us", "USD"},
    {"u$s", "USD"},
    {"달러", "USD"},
    {"dollar", "USD CAD AUD NZD HKD SGD"},
    {"dollars", "USD CAD AUD NZD HKD SGD"},
    {"ca$", "CAD"},
    {"c$", "CAD"},
    {"a$", "AUD"},
    {"au$", "AUD"},
    {"nz$", "NZD"},
    {"hk$", "HKD"},
    {"s$", "SGD"},
    {"nt$", "TWD"},
    {"mx$", "MXN"},
    {"r$", "BRL"},
    {"€", "EUR"},
    {"euro", "EUR"},
    {"euros", "EUR"},
    {"유로", "EUR"},
    {"£", "GBP EGP LBP"},
    {"파운드", "GBP"},
    {"¥", "JPY CNY"},
    {"円", "JPY"},
    {"yen", "JPY"},
    {"엔", "JPY"},
    {"jp¥", "JPY"},
    {"cn¥", "CNY"},
    {"元", "CNY TWD HKD"},
    {"rmb", "CNY"},
    {"위안", "CNY"},
    {"圓", "JPY TWD HKD"},
    {"人民币", "CNY"},
    {"₹", "INR"},
    {"rs", "INR PKR LKR NPR MUR"},
    {"rs.", "INR PKR LKR NPR MUR"},
    {"₫", "VND"},
    {"đ", "VND"},
    {"vnđ", "VND"},
    {"฿", "THB"},
    {"บาท", "THB"},
    {"₱", "PHP"},
    {"rp", "IDR"},
    {"rp.", "IDR"},
    {"rm", "MYR"},
    {"₺", "TRY"},
    {"tl", "TRY"},
    {"₽", "RUB"},
    {"руб", "RUB"},
    {"руб.", "RUB"},
    {"р.", "RUB"},
    {"₴", "UAH"},
    {"грн", "UAH"},
    {"₪", "ILS"},
    {"₸", "KZT"},
    {"₮", "MNT"},
    {"zł", "PLN"},
    {"kč", "CZK"},
    {"ft", "HUF"},
    {"lei", "RON MDL"},
    {"лв", "BGN"},
    {"лв.", "BGN"},
    {"kr", "SEK NOK DKK ISK"},
    {"kr.", "SEK NOK DKK ISK"},
    {"fr", "CHF"},
    {"fr.", "CHF"},
    {"sfr.", "CHF"},
    {"r", "ZAR"},
    {"kd", "KWD"},
    {"د.ك", "KWD"},
    {"د.إ", "AED"},
    {"ر.س", "SAR"},
};

// Languages whose decimal mark is a comma, and regions that differ from their language. Languages in neither list are
// unknown.
constexpr std::string_view kPoint =
    "en ko ja zh th he hi bn ta te mr gu kn ml pa ur ms fil tl sw my ne si mn am zu ga cy yue";
constexpr std::string_view kComma =
    "de fr es it pt nl ru uk be pl cs sk sl hr sr bs mk bg ro hu tr el da sv nb nn no fi et lv lt is id vi ca gl eu af "
    "az ka hy kk ky sq lb fo uz tk";
constexpr std::string_view kPointRegions =
    "es-mx es-us es-419 es-pr es-do es-gt es-hn es-ni es-pa es-sv es-pe de-ch de-li it-ch";
constexpr std::string_view kUnknownRegions = "fr-ch en-za";  // both marks are in use

}  // namespace

bool IsListed(std::string_view codes, std::string_view code) {
  for (size_t at = codes.find(code); at != codes.npos && !code.empty(); at = codes.find(code, at + 1)) {
    const size_t end = at + code.size();
    if ((at == 0 || codes[at - 1] == ' ') && (end == codes.size() || codes[end] == ' ')) return true;
  }
  return false;
}

std::optional<int> CurrencyDecimals(std::string_view code) {
  if (code.size() != 3) return std::nullopt;
  for (const Decimals& decimals : kDecimals)
    if (IsListed(decimals.codes, code)) return decimals.digits;
  return std::nullopt;
}

std::string_view CurrenciesOfWord(std::string_view word) {
  for (const Word& known : kWords)
    if (known.text == word) return known.codes;
  std::string code(word);
  for (char& c : code)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  if (code.size() != 3 || code.find(' ') != code.npos) return {};
  for (const Decimals& decimals : kDecimals)
    if (IsListed(decimals.codes, code)) return decimals.codes.substr(decimals.codes.find(code), code.size());
  return {};
}

DecimalMark DecimalMarkOf(std::string_view locale) {
  std::string name(locale);
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == '_') c = '-';
  }
  const std::string_view language = std::string_view(name).substr(0, name.find('-'));
  if (IsListed(kPointRegions, name)) return DecimalMark::kPoint;
  if (IsListed(kUnknownRegions, name)) return DecimalMark::kUnknown;
  if (IsListed(kPoint, language)) return DecimalMark::kPoint;
  return IsListed(kComma, language) ? DecimalMark::kComma : DecimalMark::kUnknown;
}

}  // namespace cartwheel
