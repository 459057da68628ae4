#include "base/amount_text.h"

#include <algorithm>
#include <optional>
#include <string>

#include "base/currency.h"
#include "base/utf8.h"

namespace cartwheel {
namespace {

constexpr size_t kAmountBytesMax = 64;
constexpr int kGroup = 3;
constexpr int kDecimalsUnknown = -1;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsSeparator(char c) { return c == '.' || c == ',' || c == ' ' || c == '\''; }

struct Same {
  char32_t first, last;
  char as;        // of the first
  bool counting;  // the others follow it
};
// Characters that are written for an ASCII one.
constexpr Same kSame[] = {
    {U'０', U'９', '0', true},     {0x660, 0x669, '0', true},    {0x6F0, 0x6F9, '0', true},
    {U'！', U'～', '!', true},  // full-width and Arabic digits, full-width ASCII
    {0xA0, 0xA0, ' ', false},      {0x2000, 0x200A, ' ', false}, {0x202F, 0x202F, ' ', false},
    {0x205F, 0x205F, ' ', false},  {0x3000, 0x3000, ' ', false}, {'\t', '\r', ' ', false},
    {0x2019, 0x2019, '\'', false}, {0x2212, 0x2212, '-', false}, {0xFE63, 0xFE63, '-', false},
    {0x66B, 0x66B, '.', false},    {0x66C, 0x66C, ',', false},
};

// The text in plain characters and ASCII letters in lower case. Empty: it is not UTF-8.
std::string Fold(std::string_view text) {
  std::string folded;
  for (size_t at = 0, bytes; at < text.size(); at += bytes) {
    const char32_t c = DecodeAt(text, at, &bytes);
    if (c == kNotUtf8) return "";
    if (c >= 'A' && c <= 'Z') {
      folded += static_cast<char>(c - 'A' + 'a');
      continue;
    }
    const Same* same =
        std::find_if(std::begin(kSame), std::end(kSame), [&](const Same& s) { return c >= s.first && c <= s.last; });
    if (same != std::end(kSame))
      folded += static_cast<char>(same->as + (same->counting ? static_cast<int>(c - same->first) : 0));
    else if (c == U'￦')
      folded += "₩";
    else if (c == U'￥')
      folded += "¥";
    else if (c == U'￡')
      folded += "£";
    else
      folded += text.substr(at, bytes);
  }
  return folded;
}

std::string_view Trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// Takes one character away from either end of a text around the number; false when it is not there.
bool TakeOff(std::string_view* text, char c, bool front) {
  if (text->empty() || (front ? text->front() : text->back()) != c) return false;
  if (front)
    text->remove_prefix(1);
  else
    text->remove_suffix(1);
  *text = Trim(*text);
  return true;
}

// An amount in its parts: what stands around the digits is taken away and understood.
struct Parts {
  bool negative = false;
  std::string_view number;  // digits and separators, from the first digit (or ".5") to the last digit
  std::string_view codes;   // the currencies that the words around it may mean; empty: there are none
};

// Whether all words are of a currency, and of one that those before may mean too.
bool TakeWords(std::string_view words, std::string_view style, std::string_view* codes) {
  for (words = Trim(words); !words.empty(); words = Trim(words)) {
    const std::string_view word = words.substr(0, words.find(' '));
    words.remove_prefix(word.size());
    const std::string_view meant = CurrenciesOfWord(word);
    if (meant.empty() || (!style.empty() && !IsListed(meant, style))) return false;
    const bool narrower = codes->empty() || meant.size() < codes->size();
    if (!codes->empty() && !IsListed(narrower ? *codes : meant, (narrower ? meant : *codes).substr(0, kGroup)))
      return false;
    if (narrower) *codes = meant;
  }
  return true;
}

bool Split(std::string_view text, std::string_view style, Parts* parts) {
  text = Trim(text);
  const size_t first = text.find_first_of("0123456789"), last = text.find_last_of("0123456789");
  if (first == text.npos) return false;
  size_t begin = first;
  std::string_view codes;
  if (begin > 0 && (text[begin - 1] == '.' || text[begin - 1] == ',')) {  // ".50", unless the word ends in it: "Rs.12"
    const size_t space = text.substr(0, begin).rfind(' ') + 1;            // npos + 1 is 0
    if (CurrenciesOfWord(text.substr(space, begin - space)).empty()) --begin;
  }
  std::string_view before = Trim(text.substr(0, begin)), after = Trim(text.substr(last + 1));
  parts->number = text.substr(begin, last + 1 - begin);
  if ((after.starts_with('.') || after.starts_with(',')) && text[last + 1] != ' ')
    for (std::string_view dash : {"-", "–", "—"})
      if (after.substr(1).starts_with(dash)) {
        after = Trim(after.substr(1 + dash.size()));
        break;
      }
  bool signs = TakeOff(&before, '-', true) || TakeOff(&before, '-', false);
  parts->negative = signs;
  if (!signs) signs = TakeOff(&before, '+', true) || TakeOff(&before, '+', false);
  if (TakeOff(&before, '(', true) || TakeOff(&before, '(', false)) {
    if (signs || (!TakeOff(&after, ')', false) && !TakeOff(&after, ')', true))) return false;
    parts->negative = true;
  }
  if (!TakeWords(before, style, &codes) || !TakeWords(after, style, &codes)) return false;
  parts->codes = codes;
  return true;
}

// The most decimals that one of the currencies has.
int DecimalsOf(std::string_view style, std::string_view codes) {
  if (!style.empty()) return CurrencyDecimals(style).value_or(kDecimalsUnknown);
  int decimals_max = kDecimalsUnknown;
  for (; codes.size() >= 3; codes.remove_prefix(std::min<size_t>(codes.size(), 4)))
    decimals_max = std::max(decimals_max, CurrencyDecimals(codes.substr(0, 3)).value_or(kDecimalsUnknown));
  return decimals_max;
}

// Whether `text` is digits in groups of three; in commas also as India groups them: the last of three, the others of
// two.
bool IsGrouped(std::string_view text, char mark) {
  const size_t lead = text.find(mark);
  if (lead == 0 || lead > kGroup || text[0] == '0') return false;
  bool threes = true, indian = mark == ',' && lead <= 2;
  for (size_t at = lead; at != text.npos;) {
    const size_t next = text.find(mark, at + 1), digits = (next == text.npos ? text.size() : next) - at - 1;
    if (digits != kGroup) threes = false;
    if (digits != (next == text.npos ? 3u : 2u)) indian = false;
    at = next;
  }
  return threes || indian;
}

// What a single comma or point is, after the table in the header.
enum class Mark : uint8_t { kGroup, kDecimal, kAmbiguous, kNone };

Mark JudgeGroupOfThree(char mark, int decimals, DecimalMark locale) {
  if (decimals == 0) return Mark::kGroup;
  const bool unknown = decimals == kDecimalsUnknown, may_be_cents = decimals >= kGroup;
  if (locale == DecimalMark::kPoint) return mark == '.' ? Mark::kDecimal : Mark::kGroup;
  if (locale == DecimalMark::kComma && mark == '.') return may_be_cents ? Mark::kAmbiguous : Mark::kGroup;
  if (locale == DecimalMark::kComma) return may_be_cents || unknown ? Mark::kDecimal : Mark::kAmbiguous;
  return mark == ',' && !may_be_cents && !unknown ? Mark::kGroup : Mark::kAmbiguous;
}

Mark JudgeOne(std::string_view number, char mark, int decimals, DecimalMark locale) {
  if (mark == ' ' || mark == '\'') return IsGrouped(number, mark) ? Mark::kGroup : Mark::kNone;
  const size_t at = number.find(mark), digits = number.size() - at - 1;
  if (IsGrouped(number, mark)) return JudgeGroupOfThree(mark, decimals, locale);
  if (mark == '.' || locale == DecimalMark::kComma || decimals == kDecimalsUnknown) return Mark::kDecimal;
  return digits <= static_cast<size_t>(decimals) ? Mark::kDecimal : Mark::kNone;
}

// The digits with a point for the decimal mark; empty when the separators are not an amount's.
std::string Plain(std::string_view number, int decimals, DecimalMark locale, bool* ambiguous) {
  const size_t last = number.find_last_of("., '");
  if (last == number.npos) return std::string(number);
  const char mark = number[last];
  const std::string_view whole = number.substr(0, last);
  const size_t other = whole.find_first_of("., '");
  const auto is_other_kind = [&](char c) { return IsSeparator(c) && c != whole[other]; };
  if (other != whole.npos && std::any_of(whole.begin(), whole.end(), is_other_kind)) return "";
  size_t decimal_at = number.npos;
  if (other == whole.npos) {
    const Mark judged = JudgeOne(number, mark, decimals, locale);
    *ambiguous = judged == Mark::kAmbiguous;
    if (judged == Mark::kNone) return "";
    if (judged == Mark::kDecimal) decimal_at = last;
  } else if (whole[other] == mark) {
    if (!IsGrouped(number, mark)) return "";
  } else {
    if (mark == ' ' || mark == '\'' || !IsGrouped(whole, whole[other])) return "";
    decimal_at = last;
  }
  std::string plain;
  for (size_t i = 0; i < number.size(); ++i)
    if (IsDigit(number[i]))
      plain += number[i];
    else if (i == decimal_at)
      plain += '.';
  return plain;
}

// What JSON writes with an exponent is a machine's, and its point is the decimal mark.
bool HasExponent(std::string_view text) {
  const size_t e = text.find('e');
  return e != text.npos && e > 0 && IsDigit(text[e - 1]) && text.find_first_not_of("0123456789.e+-") == text.npos;
}

}  // namespace

AmountText ReadAmountText(std::string_view text, const AmountStyle& style, Money* amount) {
  if (text.size() > kAmountBytesMax) return AmountText::kNotAnAmount;
  const std::string folded = Fold(text);
  std::string currency(style.currency);
  for (char& c : currency)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  std::string plain;
  Parts parts;
  if (HasExponent(Trim(folded))) {
    plain = Trim(folded);
  } else {
    if (!Split(folded, currency, &parts) || parts.number.find_first_not_of("0123456789., '") != parts.number.npos)
      return AmountText::kNotAnAmount;
    bool ambiguous = false;
    plain = Plain(parts.number, DecimalsOf(currency, parts.codes), DecimalMarkOf(style.locale), &ambiguous);
    if (ambiguous) return AmountText::kAmbiguous;
  }
  const std::optional<Money> money = ParseMoney(plain);
  if (!money) return AmountText::kNotAnAmount;
  *amount = parts.negative ? -*money : *money;
  return AmountText::kRead;
}

}  // namespace cartwheel
